// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>Tests that run the command.</summary>
[CollectionDefinition(nameof(CommandCollection))]
public sealed class CommandCollection : ICollectionFixture<Kernels>;

/// <summary>What a user gets for good and for bad input.</summary>
[Collection(nameof(CommandCollection))]
public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Command Dmadiff => new() { Folder = _folder.Root };

    private static string CorpusTrace(string name) =>
        Path.Combine(SourceTree.Root, "diff-tests", "corpus", name + ".trace");

    [Fact]
    public void Help_is_short_and_names_every_command()
    {
        Outcome help = Dmadiff.Run("--help");
        help.Exit.ShouldBe(0);
        help.Errors.ShouldBeEmpty();
        foreach (string command in new[] { "demo", "run", "fuzz", "kernels", "bench" })
        {
            help.Output.ShouldContain($"\n  {command} ");
            Dmadiff.Run(command, "--help").Exit.ShouldBe(0);
        }
    }

    [Fact]
    public void Kernels_lists_what_was_imported()
    {
        Outcome kernels = Dmadiff.Run("kernels");
        kernels.Exit.ShouldBe(0);
        kernels.Output.ShouldMatch(@"debian/6\.1 +linux-source-6\.1 .*[0-9a-f]{12} \(6\.1\.");
        kernels.Output.ShouldMatch(@"debian/6\.12 +linux-source-6\.12 .*[0-9a-f]{12} \(6\.12\.");

        var nothing = new Command { Folder = _folder.Root, CacheHome = _folder["empty"] };
        Outcome none = nothing.Run("kernels");
        none.Exit.ShouldBe(0);
        none.Output.ShouldMatch(@"debian/6\.1 .* -\n");
        none.Output.ShouldContain($"kept in {_folder["empty/dmadiff"]}\n");
    }

    [Fact]
    public void A_trace_that_shows_nothing_takes_one_line()
    {
        Outcome run = Dmadiff.Run("run", "--on", Kernels.New, CorpusTrace("bounce-to-device"));
        run.ShouldBe(new Outcome(
            0, "debian/6.12: 1 sequence, 7 operations: nothing found\n", string.Empty));

        string text = File.ReadAllText(CorpusTrace("bounce-to-device"));
        Dmadiff.RunWith(text, "run", "-", "--on", Kernels.New).ShouldBe(run);
    }

    [Fact]
    public void The_reference_runs_without_a_kernel()
    {
        const string Low = "6.12-low-and-high-pools";
        _folder.Write("wide.trace", """
            dmadiff-trace 1
            machine memory=8G cpus=1
            cmdline swiotlb=512,512,force
            device d0 dma_mask=64
            buffer b0 size=4K
            map m0 d0 b0 4K to_device
            expect default used=2 nslabs=1024

            """);
        Dmadiff.Run("run", "--port", Low, "wide.trace").ShouldBe(new Outcome(
            0,
            "port 6.12 with low and high pools: 1 sequence, 4 operations: nothing found\n",
            string.Empty));
        Outcome both = Dmadiff.Run("run", "--port", Low, "--port", "6.12", "wide.trace");
        both.Exit.ShouldBe(1);
        both.Output.ShouldContain("nslabs=1024, but it is nslabs=65536\n  on port 6.12\n");
        Dmadiff.Run("run", "--port", "9.9", "wide.trace").ShouldBeRefused(
            "dmadiff: the reference has no profile 9.9; it has 6.1, 6.1-dynamic-slots, "
            + "6.1-dynamic-slots-mended, 6.12, 6.12-low-and-high-pools, 7.3",
            "dmadiff: see dmadiff --help");
    }

    [Fact]
    public void Two_kernels_that_differ_are_told_apart()
    {
        _folder.Write("odd.trace", File.ReadAllText(CorpusTrace("sync-second-slot")));
        Outcome run = Dmadiff.Run("run", "--findings", "out", "odd.trace");
        Verifier.Verify($"{run.Output}\nexit {run.Exit}\n");
        Directory.GetFiles(_folder["out"]).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("snapshot --rev debian/6.12 --out plain/in", "--out: cannot write plain/in")]
    [InlineData("drift debian/6.12 --record none/digests", "--record: cannot write none/digests")]
    [InlineData("fuzz --ops 9 --keep plain", "--keep: cannot write plain")]
    [InlineData("fuzz --ops 9 --findings plain/a/b", "--findings: cannot write plain/a/b")]
    public void What_cannot_be_written_is_told_in_one_line(string words, string error)
    {
        _folder.Write("plain", "a file");
        Outcome run = Dmadiff.Run(words.Split(' '));
        run.Exit.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldStartWith($"dmadiff: {error}: ");
        run.Errors.ShouldMatch("is a file, and no folder|there is no folder");
        run.Errors.Split('\n').Count(line => line.Contains("cannot write", StringComparison.Ordinal))
            .ShouldBe(1);
    }

    [Fact]
    public void Every_mistake_in_a_trace_is_told_with_its_place()
    {
        _folder.Write("bad.trace", """
            dmadiff-trace 1
            machine cpus=0
            device d0 dma_mask=32
            buffer b0 size=16K
            map m0 d9 b0+0 1 to_device
              fill b0+0x 5 seed=1

            """);
        Outcome run = Dmadiff.Run("run", "bad.trace");
        run.Exit.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        Verifier.Verify(run.Errors);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Outcome run = Dmadiff.Run("run", "gone.trace");
        run.Exit.ShouldBe(2);
        run.Errors.ShouldStartWith("dmadiff: gone.trace: cannot be read: ");
        run.Errors.Count(c => c == '\n').ShouldBe(1);
        Dmadiff.Run("run", _folder.Root).Exit.ShouldBe(2);
    }

    [Fact]
    public void A_tree_that_is_no_kernel_is_refused()
    {
        string trace = CorpusTrace("bounce-to-device");
        Dmadiff.Run("run", trace, "--tree", "nowhere")
            .ShouldBeRefused("dmadiff: nowhere: no such folder");
        Directory.CreateDirectory(_folder["plain"]);
        Dmadiff.Run("run", trace, "--tree", "plain")
            .ShouldBeRefused("dmadiff: plain: not a git repository");

        _folder.Write("other/readme", "no kernel\n");
        _folder.Commit("other", "first");
        Dmadiff.Run("run", trace, "--tree", "other").ShouldBeRefused(
            $"dmadiff: {_folder["other"]}: revision HEAD is not a Linux kernel "
            + "(it has no include/linux/kernel.h)");
        Dmadiff.Run("run", trace, "--tree", "other", "--on", "v9.9").ShouldBeRefused(
            $"dmadiff: {_folder["other"]}: no such revision: v9.9");
        Dmadiff.Run("run", trace, "--on", "v9.9").ShouldBeRefused(
            "dmadiff: v9.9: not a kernel known by name, which look like debian/6.12 or "
            + "debian/6.12@6.12.95; for a revision of a tree of your own, say --tree PATH");
    }

    [Theory]
    [InlineData("dmadiff: Required argument 'TRACE' missing for command: 'run'.", "run")]
    [InlineData("dmadiff: --ops takes a number of 1 or more", "fuzz", "--ops", "0")]
    [InlineData("dmadiff: --time takes a number of 1 or more", "fuzz", "--time", "-1")]
    [InlineData(
        "dmadiff: --ops and --time exclude each other", "fuzz", "--time", "1", "--ops", "1")]
    [InlineData("dmadiff: --sequences takes a number of 0 or more", "demo", "--sequences", "-1")]
    public void A_command_line_that_makes_no_sense_is_refused(
        string message, params string[] arguments) =>
        Dmadiff.Run(arguments).ShouldBeRefused(message, "dmadiff: see dmadiff --help");

    [Fact]
    public void A_findings_folder_that_cannot_be_made_is_told()
    {
        _folder.Write("taken", "a file");
        Outcome run = Dmadiff.Run("run", "--findings", "taken", CorpusTrace("empty-mapping"));
        run.Exit.ShouldBe(2);
        run.Errors.ShouldStartWith("dmadiff: --findings: cannot write taken: ");
        run.Errors.ShouldNotContain("   at ");
    }
}
