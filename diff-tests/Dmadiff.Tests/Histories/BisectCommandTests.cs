// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using System.Text.RegularExpressions;
using Dmadiff.Cli.Histories;
using Dmadiff.KernelHarness.Git;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

/// <summary>The commands, in a repository with a planted bug.</summary>
[Collection(nameof(CommandCollection))]
public sealed partial class BisectCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<string> _ids;

    public BisectCommandTests(Kernels kernels)
    {
        var made = new MadeKernels(kernels[Kernels.New].Tree);
        using (var h = new MadeHistory(_folder["made.git"], made.Tree.Owner))
        {
            h.Commit("base", [], null, made.Tree);
            h.Commit("elsewhere", [1], MadeKernels.Elsewhere(1));
            h.Commit("swiotlb: does not compile", [2], made.Broken);
            h.Commit("swiotlb: a note", [3], MadeKernels.Noted(made.Clean, 1));
            h.Commit("swiotlb: follows NULL", [4], made.Crash);
            h.Commit("swiotlb: another note", [5], MadeKernels.Noted(made.Clean, 2));
            h.Commit("elsewhere", [6], MadeKernels.Elsewhere(2));
            h.Commit("swiotlb: forgets a slot", [7], made.Leak);
            h.Commit("swiotlb: a third note", [8], MadeKernels.Noted(made.Leak, 1));
            h.Commit("elsewhere", [9], MadeKernels.Elsewhere(3));
            _ids = h.Finish(("main", 10), ("before", 1));
        }

        _folder.Write("leak.trace", SyntheticRange.Trace);
        _folder.Write("named.trace", "# finding: contract C6 unmap\n" + SyntheticRange.Trace);
    }

    private Command Dmadiff => new() { Folder = _folder.Root };

    private string Culprit => _ids[8];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_result_is_all_that_a_mail_needs_and_the_repository_is_only_read()
    {
        Dmadiff.Tool("git", ["clone", "--quiet", "--shared", "--no-checkout", "made.git", "tree"]);
        string before = Fingerprint("tree");
        Outcome run = Dmadiff.Run(
            "bisect", "--tree", "tree", "--good", "origin/before", "--bad", "main", "leak.trace");
        run.Errors.ShouldBeEmpty();
        run.Exit.ShouldBe(0);
        Verifier.Verify(Neutral(run.Output));
        run.Output.Split('\n').Where(l => l.Length > 75 && !l.StartsWith("    ")).ShouldBeEmpty();
        Fingerprint("tree").ShouldBe(before);

        // What it wrote names its finding, and gives the same answer; the second run finds
        // every build.
        string trace = $"dmadiff-findings/bisect-{Culprit[..12]}.trace";
        Outcome again = Dmadiff.Run(
            "bisect", "--tree", "tree", "--good", "origin/before", "--bad", "main",
            "--finding", trace);
        again.Exit.ShouldBe(0, again.Errors);
        again.Output.ShouldContain($"  commit   {Culprit}\n");
        Dmadiff.Shell($"cd tree && dmadiff run --tree . --on {Culprit} ../{trace}")
            .Output.ShouldContain("breaks the contract, C6 accounting");
    }

    [Fact]
    public void Git_replays_the_log_to_the_same_commit()
    {
        Dmadiff.Run(
            "bisect", "--tree", "made.git", "--good", "before", "--bad", "main", "leak.trace",
            "--log", "log").Exit.ShouldBe(0);
        File.ReadAllText(_folder["log"]).ShouldContain($"git bisect good {_ids[1]}\n");
        File.ReadAllText(_folder["log"]).ShouldContain($"# first bad commit: [{Culprit}]");
        Dmadiff.Tool("git", ["-C", "made.git", "bisect", "replay", _folder["log"]])
            .ShouldContain($"{Culprit} is the first bad commit");
    }

    [Fact]
    public void Git_bisect_run_gets_the_same_answer_from_check()
    {
        Dmadiff.Tool("git", ["-C", "made.git", "bisect", "start", "main", "before"]);
        string[] check = ["dotnet", Command.Library, "check", "BISECT_HEAD", "../named.trace"];
        string run = Dmadiff.Tool("git", ["-C", "made.git", "bisect", "run", .. check]);
        run.ShouldContain("cannot be tested: fails differently: crash SIGSEGV");
        run.ShouldContain($"{Culprit} is the first bad commit");
    }

    [Theory]
    [InlineData(0, "base", "", "{1}: good: nothing found")]
    [InlineData(1, "leak", "", "{9}: bad: contract C6 unmap")]
    [InlineData(1, "any", "", "{5}: bad: crash SIGSEGV swiotlb_bounce")]
    [InlineData(125, "crash", "named", "{5}: cannot be tested: fails differently: crash ")]
    [InlineData(125, "broken", "", "{3}: cannot be tested: does not build: kernel/dma/swiotlb.c")]
    public void Check_has_the_status_that_git_wants(
        int status, string name, string trace, string output)
    {
        name.ShouldNotBeEmpty();
        string revision = _ids[output[1] - '0'];
        Outcome run = Dmadiff.Run(
            "check", revision, trace.Length > 0 ? "named.trace" : "leak.trace",
            "--tree", "made.git");
        run.Output.ShouldStartWith(output.Replace(output[..3], revision));
        run.Exit.ShouldBe(status);
    }

    [Fact]
    public void Check_stops_git_on_anything_else()
    {
        Dmadiff.Run("check", "nowhere", "leak.trace", "--tree", "made.git").Exit.ShouldBe(128);
        Dmadiff.Run("check", "main", "gone.trace", "--tree", "made.git").Exit.ShouldBe(128);
        Dmadiff.Run("check", "main", "--tree", "made.git").Exit.ShouldBe(128);
        Dmadiff.Run("check", "main", "leak.trace", "--finding", "what").Exit.ShouldBe(128);
    }

    [Fact]
    public void The_life_of_a_leak_is_told()
    {
        Outcome run = Dmadiff.Run("history", "leak.trace", "before..main", "--tree", "made.git");
        run.Errors.ShouldBeEmpty();
        run.Exit.ShouldBe(0);
        Verifier.Verify(Neutral(run.Output));
    }

    [Fact]
    public void A_linked_worktree_is_as_good_as_its_repository()
    {
        Dmadiff.Tool("git", ["clone", "--quiet", "--shared", "--no-checkout", "made.git", "tree"]);
        Dmadiff.Tool("git",
        [
            "-C", "tree", "worktree", "add", "--no-checkout", "--detach", "../linked",
            "main",
        ]);
        string before = Fingerprint("tree") + Fingerprint("linked");
        Outcome run = Dmadiff.Run(
            "bisect", "--tree", "linked", "--good", "origin/before", "--bad", "HEAD", "leak.trace");
        run.Output.ShouldContain(Culprit[..12]);
        run.Exit.ShouldBe(0);
        (Fingerprint("tree") + Fingerprint("linked")).ShouldBe(before);
    }

    [Fact]
    public void Interrupted_it_says_so_and_leaves_nothing()
    {
        Command fresh = new() { Folder = _folder.Root, CacheHome = _folder["cache"] };
        using Process process = fresh.Start(
            "bisect", "--tree", "made.git", "--good", "before", "--bad", "main", "leak.trace");

        // By now it compiles: with an empty cache that takes seconds.
        SpinWait.SpinUntil(
            () => Directory.Exists(_folder["cache/dmadiff"]), TimeSpan.FromMinutes(1))
            .ShouldBeTrue();
        Dmadiff.Tool("kill", ["-INT", $"{process.Id}"]);
        Outcome run = Command.Finish(process, string.Empty);
        run.Exit.ShouldBe(130);
        run.Errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("interrupted");
        run.Output.ShouldBeEmpty();
        Directory.GetDirectories(_folder.Root).Select(d => Path.GetFileName(d))
            .ShouldBe(["cache", "made.git"], ignoreOrder: true);
    }

    [Fact]
    public void Bad_input_takes_one_line()
    {
        string[] ends = ["--good", "before", "--bad", "main"];
        Refused("dmadiff: gone.trace: cannot be read: ", ["bisect", .. ends, "gone.trace"]);
        Refused("dmadiff: leak.trace: names no finding",
            ["bisect", .. ends, "--finding", "leak.trace"]);
        Refused($"dmadiff: {_folder["made.git"]}: no such revision: v9",
            ["bisect", "--good", "v9", "--bad", "main", "leak.trace"]);
        Refused("dmadiff: leak.trace: nothing is wrong on before (bad); main (good) fails: "
            + "contract C6 unmap; good and bad may be swapped: try --good before --bad main",
            ["bisect", "--good", "main", "--bad", "before", "leak.trace"]);
        Refused("dmadiff: leak.trace: main~1 (good) fails as main (bad) does",
            ["bisect", "--good", "main~1", "--bad", "main", "leak.trace"]);
        Refused("dmadiff: named.trace: main~1 (good) shows it too",
            ["bisect", "--good", "main~1", "--bad", "main", "named.trace"]);
        Refused("dmadiff: leak.trace: behaves the same on before (old) and on main~6 (new)",
            ["bisect", "--old", "before", "--new", "main~6", "leak.trace"]);
        Refused("dmadiff: main..before is the wrong way round: try before..main",
            ["history", "leak.trace", "main..before"]);
        Refused("dmadiff: RANGE is two revisions", ["history", "leak.trace", "main"]);
        Refused("dmadiff: bisect takes --good and --bad, or --old and --new",
            ["bisect", "--good", "main", "leak.trace"]);
        Refused("dmadiff: bisect takes a TRACE", ["bisect", .. ends]);
    }

    [Fact]
    public void An_end_that_cannot_be_tested_is_told()
    {
        Outcome run = Dmadiff.Run(
            "bisect", "--tree", "made.git", "--good", _ids[3], "--bad", "main", "leak.trace");
        run.Exit.ShouldBe(125);
        run.Errors.ShouldStartWith($"dmadiff: {_ids[3]} (good) cannot be tested: does not build");
    }

    private void Refused(string start, string[] arguments)
    {
        Outcome run = Dmadiff.Run([.. arguments, "--tree", "made.git"]);
        run.Errors.ShouldStartWith(start);
        run.Exit.ShouldBe(2, run.Output);
        run.Output.ShouldBeEmpty();
    }

    // Names, contents and times of all files: not even the index may be refreshed.
    private string Fingerprint(string folder) => string.Join('\n', Directory
        .GetFileSystemEntries(_folder[folder], "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(f => $"{f} {File.GetLastWriteTimeUtc(f).Ticks}"));

    // Without ids, which depend on the point release, and without the kernel's own text.
    private string Neutral(string report)
    {
        for (int i = 1; i < _ids.Count; i++)
        {
            report = report.Replace(_ids[i], $"{{commit {i}}}")
                .Replace(_ids[i][..CommitInfo.ShortDigits], $"{{{i}}}");
        }

        return SourceLine().Replace(Hunks().Replace(report, "    {hunks}"), "{line}");
    }

    [GeneratedRegex(@"(?<=\.c:)\d+", RegexOptions.None, 1000)]
    private static partial Regex SourceLine();

    [GeneratedRegex(
        @"    diff --git.*?(?=\n\n    dmadiff-trace)", RegexOptions.Singleline, 1000)]
    private static partial Regex Hunks();
}
