// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Native;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>The same trace gives the same results, whatever went on before or beside it.
/// </summary>
[Collection(nameof(KernelsCollection))]
public sealed class ReplayTests(Kernels kernels)
{
    private static readonly LoweredTrace[] Traces =
    [
        .. Enumerable.Range(0, 25).Select(i =>
            TraceLowering.Lower(new SequenceGenerator(77).Generate((ulong)i))),
    ];

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_trace_runs_the_same_again_and_on_another_machine(string name)
    {
        using var one = new NativeEngine(kernels[name].Build);
        using var other = new NativeEngine(kernels[name].Build);
        foreach (var (trace, i) in Traces.Select((t, i) => (t, i)))
        {
            Recording first = Recording.Of(one, trace);
            Recording.Of(one, trace).ShouldEqual(first, $"again, sequence {i}");
            Recording.Of(other, trace).ShouldEqual(first, $"elsewhere, sequence {i}");
        }
    }

    [Fact]
    public void Two_kernels_that_take_turns_do_not_notice_each_other()
    {
        using var old = new NativeEngine(kernels[Kernels.Old].Build);
        using var twin = new NativeEngine(kernels[Kernels.Old].Build);
        using var young = new NativeEngine(kernels[Kernels.New].Build);
        NativeEngine[] engines = [old, twin, young];
        foreach (LoweredTrace trace in Traces)
        {
            Recording[] alone = [.. engines.Select(e => Recording.Of(e, trace))];
            Recording[] together = TakeTurns(engines, trace);
            for (int i = 0; i < engines.Length; i++)
            {
                together[i].ShouldEqual(alone[i], $"{engines[i].Name}, engine {i}");
            }
        }
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_boot_leaves_nothing_of_the_machine_before(string name)
    {
        using var fresh = new NativeEngine(kernels[name].Build);
        LoweredTrace reference = TraceLowering.Lower(TraceParser.Parse(Reference));
        Recording expected = Recording.Of(fresh, reference);
        expected.Crash.ShouldBeNull();

        using var used = new NativeEngine(kernels[name].Build);
        foreach (LoweredTrace messy in Traces.Append(TraceLowering.Lower(TraceParser.Parse(Messy))))
        {
            Recording.Of(used, messy);
            Recording.Of(used, reference).ShouldEqual(expected, name);
        }
    }

    // Mappings left live, a warned-once flag, a rate limit, a jiffies count, an armed
    // failure, another CPU, dirty memory: all that a power-off has to forget.
    private const string Messy = """
        dmadiff-trace 1
        machine memory=512M cpus=8
        cmdline swiotlb=512,4,force
        pool r0 base=0x4000000 size=512K
        device d0 dma_mask=64 min_align=0xfff pool=r0
        device d1 dma_mask=24
        buffer b0 size=512K
        time 12345
        cpu 5
        fill b0+0 512K seed=3
        map m0 d0 b0+0x10 5000 bidirectional
        sync_for_cpu m0+0 60000
        swiotlb_alloc m1 d0 4096
        map m2 d0 b0+0 200K bidirectional
        map m3 d0 b0+0 200K bidirectional
        map m4 d0 b0+0 200K bidirectional
        map m5 d1 b0+0x800 300 to_device
        fail_alloc 1
        """;

    private const string Reference = """
        dmadiff-trace 1
        machine memory=1G cpus=4
        cmdline swiotlb=512,2,force
        pool r0 base=0x4000000 size=512K
        device d0 dma_mask=32
        device d1 dma_mask=64 min_align=0xfff pool=r0
        buffer b0 size=512K
        map m0 d0 b0+0 5000 from_device
        dev_read m0+0 8000
        map m1 d1 b0+0x10 5000 bidirectional
        sync_for_cpu m1+0 60000
        map m2 d1 b0+0 200K bidirectional
        map m3 d1 b0+0 200K bidirectional
        map m4 d1 b0+0 200K bidirectional
        swiotlb_alloc m5 d1 4096
        debugfs_read default used
        debugfs_read r0 used
        unmap m0
        """;

    private static Recording[] TakeTurns(NativeEngine[] engines, LoweredTrace trace)
    {
        const int batch = 7;
        int count = trace.Ops.Length;
        AbiResult[][] boots = [.. engines.Select(_ => new AbiResult[trace.Setup.StepCount])];
        AbiResult[][] results = [.. engines.Select(_ => new AbiResult[count])];
        for (int e = 0; e < engines.Length; e++)
        {
            engines[e].Boot(trace.Setup, boots[e]);
        }

        for (int from = 0; from < count; from += batch)
        {
            int length = Math.Min(batch, count - from);
            for (int e = 0; e < engines.Length; e++)
            {
                engines[e].Run(trace.Ops.Slice(from, length), results[e].AsSpan(from, length));
            }
        }

        // An operation that crashed is counted within its batch, which is another one here.
        return [.. engines.Select((engine, e) => WithWholeIndex(
            Recording.Take(engine, boots[e], results[e]), results[e]))];
    }

    private static Recording WithWholeIndex(Recording recording, AbiResult[] results)
    {
        int crash = Array.FindIndex(results, r => r.Status == AbiStatus.Crash);
        return recording.Crash is null || crash < 0
            ? recording
            : recording with { Crash = recording.Crash with { OpIndex = crash } };
    }
}
