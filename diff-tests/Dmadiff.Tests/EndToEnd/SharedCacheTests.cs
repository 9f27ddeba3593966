// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using System.Globalization;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>The demo, interruptions, and runs side by side.</summary>
[Collection(nameof(CommandCollection))]
public sealed class SharedCacheTests(Kernels kernels) : IDisposable
{
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(10);
    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    private static string Trace =>
        Path.Combine(SourceTree.Root, "diff-tests", "corpus", "bounce-to-device.trace");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_demo_tells_all_it_did()
    {
        Outcome demo = Dmadiff.Run("demo", "--sequences", "50");
        demo.Errors.ShouldBeEmpty();
        demo.Exit.ShouldBe(0);
        string[] promised =
        [
            @"debian/6\.1 +[0-9a-f]{12} \(6\.1\.\S+\), built in [\d.]+ s, found in the cache",
            @"debian/6\.12 +[0-9a-f]{12} \(6\.12\.\S+\), built in [\d.]+ s, found in the cache",
            @"sequences +\d+ \(\d+ from the corpus, 50 of seed 1\)",
            @"operations +[\d,]+, each on 4 machines",
            @"speed +[\d,]+ operations a second",
            @"debian/6\.1 +differs from its port in 0 sequences",
            @"debian/6\.12 +differs from its port in 0 sequences",
            @"debian/6\.1 and debian/6\.12 behave differently, in \d+ ways:",
            @"  replay   dmadiff run ",
        ];
        foreach (string part in promised)
        {
            demo.Output.ShouldMatch(part);
        }

        demo.Output.ShouldNotContain("not in the catalogue");
        Directory.GetFiles(_folder["dmadiff-findings"]).ShouldNotBeEmpty();
    }

    [Fact]
    public void An_interrupt_ends_a_fuzz_at_once()
    {
        using Process fuzz = Dmadiff.Start("fuzz", "--time", "100", "--on", Kernels.New);
        Thread.Sleep(3000);
        fuzz.HasExited.ShouldBeFalse();
        Interrupt(fuzz);
        var clock = Stopwatch.StartNew();
        Outcome outcome = Command.Finish(fuzz, string.Empty);
        clock.Elapsed.ShouldBeLessThan(Quickly);
        outcome.ShouldBe(new Outcome(130, string.Empty, "dmadiff: interrupted\n"));
        Dmadiff.Run("run", Trace, "--on", Kernels.New).Exit.ShouldBe(0);
    }

    [Fact]
    public void An_interrupted_build_leaves_nothing_and_two_at_once_then_share_one()
    {
        Command own = WithEmptyCache();
        using (Process first = own.Start("run", Trace, "--on", Kernels.New))
        {
            WaitForBuild();
            Interrupt(first);
            Command.Finish(first, string.Empty).Exit.ShouldBe(130);
        }

        Directory.Exists(_folder["cache/dmadiff/builds"]).ShouldBeTrue();
        Directory.GetFileSystemEntries(_folder["cache/dmadiff/builds"]).ShouldBeEmpty();

        using Process one = own.Start("run", Trace, "--on", Kernels.New);
        using Process other = own.Start("run", Trace, "--on", Kernels.New);
        foreach (Process process in new[] { one, other })
        {
            Command.Finish(process, string.Empty).ShouldBe(new Outcome(
                0, "debian/6.12: 1 sequence, 7 operations: nothing found\n", string.Empty));
        }

        Directory.GetDirectories(_folder["cache/dmadiff/builds"]).Length.ShouldBe(1);
        Directory.GetFileSystemEntries(_folder["cache/dmadiff"], "tmp-*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        }).ShouldBeEmpty();
    }

    /// <summary>A cache with the imported kernels in it, and nothing else.</summary>
    private Command WithEmptyCache()
    {
        string repository = kernels[Kernels.New].Tree.Owner.Path;
        Directory.CreateDirectory(_folder["cache/dmadiff"]);
        Directory.CreateSymbolicLink(_folder["cache/dmadiff/kernels.git"], repository);
        return new Command { Folder = _folder.Root, CacheHome = _folder["cache"] };
    }

    private void WaitForBuild()
    {
        var clock = Stopwatch.StartNew();
        string builds = _folder["cache/dmadiff/builds"];
        while (!Directory.Exists(builds) || Directory.GetDirectories(builds).Length == 0)
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
            Thread.Sleep(20);
        }
    }

    private void Interrupt(Process process) => Dmadiff.Tool(
        "kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
}
