// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Coverage;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Coverage;

/// <summary>What of the kernel's own code a trace runs.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class KernelCoverageTests(Kernels kernels)
{
    private const string Swiotlb = "kernel/dma/swiotlb.c";

    private static readonly LoweredTrace Bounced = Lower("""
        dmadiff-trace 1
        cmdline swiotlb=512,1,force
        device d0 dma_mask=32
        buffer b0 size=64K
        map m0 d0 b0+0x10 5000 to_device
        unmap m0

        """);

    private static readonly LoweredTrace Direct = Lower("""
        dmadiff-trace 1
        device d0 dma_mask=64
        buffer b0 size=64K
        map m0 d0 b0+0x10 5000 to_device
        unmap m0

        """);

    [Fact]
    public void Functions_and_lines_that_ran_are_told_from_those_that_did_not()
    {
        using NativeEngine engine = Load(BuildVariant.Covered);
        FileCoverage bounced = Run(engine, Bounced);
        FunctionCoverage bounce = Find(bounced, "swiotlb_bounce");
        bounce.LinesReached.Count.ShouldBeInRange(5, bounce.Lines.Count - 1);
        bounce.LinesReached.ShouldAllBe(
            line => line >= bounce.FirstLine && line <= bounce.LastLine);
        bounce.EdgesReached.ShouldBeInRange(3, bounce.Edges - 1);
        Find(bounced, "swiotlb_max_mapping_size").LinesReached.ShouldBeEmpty();

        FileCoverage direct = Run(engine, Direct);
        Find(direct, "swiotlb_bounce").LinesReached.ShouldBeEmpty();
        direct.EdgesReached.ShouldBeLessThan(bounced.EdgesReached);
        direct.Edges.ShouldBe(bounced.Edges);
        direct.FunctionCount.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void Every_boot_begins_to_count_anew()
    {
        using NativeEngine engine = Load(BuildVariant.Covered);
        ulong[] first = Counters(engine, Bounced);
        Counters(engine, Direct).ShouldNotBe(first);
        Counters(engine, Bounced).ShouldBe(first);
        first.Count(c => c > 0).ShouldBeGreaterThan(100);
    }

    [Fact]
    public void A_kernel_in_a_process_of_its_own_counts_the_same()
    {
        var builder = new KernelBuilder(
            CacheDirectory.ForUser(), variant: BuildVariant.Covered);
        using NativeEngine here = Load(BuildVariant.Covered);
        using var elsewhere = new RunnerEngine(
            builder.Build(kernels[Kernels.New].Tree, CancellationToken.None),
            builder.BuildRunner(CancellationToken.None),
            RunnerLimits.Default);
        Counters(elsewhere, Bounced).ShouldBe(Counters(here, Bounced));
        elsewhere.Coverage.Functions.Select(f => f.Name)
            .ShouldBe(here.Coverage.Functions.Select(f => f.Name));
    }

    [Fact]
    public void A_build_that_does_not_count_says_so()
    {
        using NativeEngine engine = Load(BuildVariant.Plain);
        engine.Coverage.Functions.ShouldBeEmpty();
        new EngineRun(engine).Execute(Bounced);
        CoverageGain gain = new CoverageTally().Add(engine);
        gain.IsMore.ShouldBeFalse();
    }

    [Fact]
    public void Only_the_first_trace_to_take_an_edge_gains()
    {
        using NativeEngine engine = Load(BuildVariant.Covered);
        var tally = new CoverageTally();
        var run = new EngineRun(engine);
        run.Execute(Direct);
        tally.Add(engine).Edges.ShouldNotBeEmpty();
        run.Execute(Direct);
        tally.Add(engine).IsMore.ShouldBeFalse();
        run.Execute(Bounced);
        CoverageGain gain = tally.Add(engine);
        gain.Edges.ShouldNotBeEmpty();
        tally.Reaches(engine, gain.Edges).ShouldBeTrue();
        run.Execute(Direct);
        tally.Reaches(engine, gain.Edges).ShouldBeFalse();
    }

    private static LoweredTrace Lower(string text) =>
        TraceLowering.Lower(TraceParser.Parse(text));

    private static FunctionCoverage Find(FileCoverage file, string function) =>
        file.Functions.Single(f => f.Name == function);

    private static FileCoverage Run(NativeEngine engine, LoweredTrace trace)
    {
        var tally = new CoverageTally();
        new EngineRun(engine).Execute(trace);
        tally.Add(engine);
        return tally.Report.Find(Swiotlb).ShouldNotBeNull();
    }

    private static ulong[] Counters(ICoveredEngine engine, LoweredTrace trace)
    {
        new EngineRun(engine).Execute(trace);
        var counters = new ulong[engine.Coverage.Counters];
        engine.ReadCounters(counters);
        return counters;
    }

    private NativeEngine Load(BuildVariant variant) => new(
        new KernelBuilder(CacheDirectory.ForUser(), variant: variant)
            .Build(kernels[Kernels.New].Tree, CancellationToken.None));
}
