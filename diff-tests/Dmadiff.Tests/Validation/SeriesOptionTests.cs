// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.Isolation;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>run and fuzz --series: a posted series on the kernels of any command.</summary>
[Collection(nameof(CommandCollection))]
public sealed class SeriesOptionTests(Kernels kernels) : IDisposable
{
    private const string Trace = """
        dmadiff-trace 1
        cmdline swiotlb=512,1,force
        device d0 dma_mask=32
        buffer b0 size=64K
        map m0 d0 b0+0 5000 to_device

        """;

    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [SandboxFact]
    public void A_trace_runs_on_a_kernel_with_a_series_applied()
    {
        MakeSeries(new SourceEdit(
            "swiotlb_bounce", @"if \(orig_addr ==", "*(volatile int *)0 = 1; $0"));
        Outcome bare = Run("--on", Kernels.Old, "map.trace");
        bare.Exit.ShouldBe(0, bare.Output);

        Outcome run = Run("--series", "topic.mbox", "--on", Kernels.Old, "map.trace");
        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldStartWith("debian/6.1+topic crashes: SIGSEGV at NULL");
        run.Output.ShouldContain("swiotlb_bounce kernel/dma/swiotlb.c:");
        run.Output.ShouldContain("--series topic.mbox");

        // What it is for is found as validate finds it.
        Run("--series", "topic.mbox", "map.trace").Output
            .ShouldContain("SIGSEGV at NULL");
    }

    [SandboxFact]
    public void A_series_that_does_not_apply_is_told_with_its_place()
    {
        MakeSeries(new SourceEdit("swiotlb_do_find_slots", "goto not_found;", "break;"));
        Outcome run = Run("--series", "topic.mbox", "--on", Kernels.New, "map.trace");
        run.Exit.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldStartWith(
            "dmadiff: topic.mbox: patch 1 does not apply on debian/6.12: "
            + "kernel/dma/swiotlb.c, hunk 1 (line ");
    }

    [Fact]
    public void The_sandbox_is_only_left_for_a_series()
    {
        _folder.Write("map.trace", Trace);
        Outcome run = Run("--no-sandbox", "map.trace");
        run.Exit.ShouldBe(2);
        run.Errors.ShouldContain("--no-sandbox is of use with --series only");
    }

    private Outcome Run(params string[] arguments) =>
        Dmadiff.Run(["run", "--findings", "out", .. arguments]);

    private void MakeSeries(SourceEdit edit)
    {
        _folder.Write("map.trace", Trace);
        using (var series = new MadeSeries(_folder, "tree.git", kernels[Kernels.Old].Tree))
        {
            series.Edit("swiotlb: an edit", edit).Finish();
        }

        _folder.Write(
            "topic.mbox",
            _folder.Git("tree.git", "format-patch", "--stdout", "base..topic") + "\n");
    }
}
