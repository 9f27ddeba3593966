// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Build;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>A bug in a tree of the user's own: found, shown, and shown again.</summary>
[Collection(nameof(CommandCollection))]
public sealed partial class UserTreeTests(Kernels kernels) : IDisposable
{
    private const string Trace = """
        dmadiff-trace 1
        machine memory=1G cpus=1
        cmdline swiotlb=512,1,force
        device d0 dma_mask=32
        buffer b0 size=64K
        fill b0+0 64K seed=7
        map m0 d0 b0+0x10 5000 from_device
        dev_write m0+0 5000 seed=3
        unmap m0
        map m1 d0 b0+0x10 100 to_device
        unmap m1

        """;

    private static readonly SourceEdit Leak =
        new("swiotlb_release_slots", @"used -= nslots", "used -= nslots - 1");

    private static readonly SourceEdit Crash =
        new("swiotlb_bounce", @"if \(orig_addr ==", "*(volatile int *)0 = 1; $0");

    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_leak_is_shown_step_by_step()
    {
        UserTree tree = UserTree.Create(_folder, "linux", kernels[Kernels.New], Leak);
        string before = tree.Fingerprint();
        _folder.Write("leak.trace", Trace);
        Outcome run = Dmadiff.Run("run", "leak.trace", "--tree", "linux", "--on", "main");
        run.Errors.ShouldBeEmpty();
        run.Exit.ShouldBe(1);
        Verifier.Verify(Neutral(run.Output));
        tree.Fingerprint().ShouldBe(before);
    }

    [Fact]
    public void A_crash_is_shown_with_its_place()
    {
        UserTree.Create(_folder, "linux", kernels[Kernels.Old], Crash);
        _folder.Write("crash.trace", Trace);
        Outcome run = Dmadiff.Run("run", "crash.trace", "--tree", "linux");
        run.Errors.ShouldBeEmpty();
        run.Exit.ShouldBe(1);
        int line = Crash.Line(kernels[Kernels.Old].Tree);
        run.Output.ShouldContain($"swiotlb_bounce kernel/dma/swiotlb.c:{line}");
        Verifier.Verify(Neutral(run.Output));
    }

    [Fact]
    public void What_fuzzing_finds_is_small_and_can_be_run_again()
    {
        UserTree tree = UserTree.Create(_folder, "linux tree", kernels[Kernels.New], Leak);
        string before = tree.Fingerprint();
        string[] fuzz = ["fuzz", "--ops", "20000", "--tree", "linux tree", "--on", "main"];
        Outcome first = Dmadiff.Run([.. fuzz, "--seed", "3", "--findings", "out"]);
        first.Exit.ShouldBe(1, first.Errors);
        first.Output.ShouldContain("main and port 6.12 differ:");
        first.Output.ShouldContain("  first at ");
        first.Output.ShouldContain("  pool default ");

        // The same seed says the same, to the letter.
        Dmadiff.Run([.. fuzz, "--seed", "3", "--findings", "out"]).ShouldBe(first);
        Dmadiff.Run([.. fuzz, "--seed", "4", "--findings", "out2"]).Output
            .ShouldNotBe(first.Output.Replace("out/", "out2/"));

        string replay = Unwrapped(first.Output, "replay");
        string trace = replay.Split(' ')[^1];
        File.ReadAllLines(_folder[trace]).Length.ShouldBeLessThan(15);
        Outcome again = Dmadiff.Shell(replay);
        again.Exit.ShouldBe(1, again.Errors);
        string headline = first.Output.Split('\n').First(l => l.StartsWith("main and port"));
        again.Output.ShouldContain(headline + "\n");

        // On the kernel below the edit there is nothing to see.
        Outcome clean = Dmadiff.Shell(replay.Replace("--on main", "--on main~1"));
        clean.ShouldBe(new Outcome(0, clean.Output, string.Empty));
        tree.Fingerprint().ShouldBe(before);
    }

    [Fact]
    public void A_commit_that_does_not_compile_is_told_in_one_line()
    {
        var broken = new SourceEdit("swiotlb_bounce", @"\bsize = alloc_size;", "size = alloc_sze;");
        UserTree.Create(_folder, "linux", kernels[Kernels.New], broken);
        Outcome run = Dmadiff.Run("fuzz", "--ops", "100", "--tree", "linux", "--on", "main");
        run.Exit.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldMatch(
            @"^dmadiff: main does not build: kernel/dma/swiotlb\.c:\d+: 'alloc_sze' undeclared");
        run.Errors.Count(c => c == '\n').ShouldBe(1);
    }

    /// <summary>A command of a report as it stands, over several lines or one.</summary>
    private static string Unwrapped(string report, string label)
    {
        string[] lines = report.Split('\n');
        int first = Array.FindIndex(lines, l => l.StartsWith($"  {label} "));
        int last = Array.FindIndex(lines, first, l => !l.EndsWith('\\'));
        return string.Join('\n', lines[first..(last + 1)])[(label.Length + 2)..].TrimStart();
    }

    /// <summary>Without what differs between hosts and point releases.</summary>
    private static string Neutral(string report)
    {
        string compiler = KernelBuilder.Compiler;
        report = report.Replace(compiler, "{compiler}");
        return SourceLine().Replace(report, "${file}{line}");
    }

    [GeneratedRegex(@"(?<file>\.c[:-])\d+", RegexOptions.None, 1000)]
    private static partial Regex SourceLine();
}
