// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>A crash of the C is a result, told by place, and the tool goes on.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class CrashTests(Kernels kernels)
{
    private const string InvalidAddress = @"if \(orig_addr ==";

    private static readonly LoweredTrace Simple = Lower("""
        dmadiff-trace 1
        cmdline swiotlb=512,1,force
        device d0 dma_mask=32
        buffer b0 size=64K
        fill b0+0 64K seed=7
        map m0 d0 b0+0x10 5000 bidirectional
        dev_read m0+0 5000
        unmap m0
        """);

    private static readonly SourceEdit NullWrite =
        new("swiotlb_bounce", InvalidAddress, "*(volatile int *)0 = 1; $0");

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_NULL_dereference_is_told_by_function_and_line(string name)
    {
        using var engine = new NativeEngine(kernels.Build(name, NullWrite));
        var run = new EngineRun(engine);
        run.Execute(Simple);
        ShouldBeDeadFrom(run, 1);
        int line = NullWrite.Line(kernels[name].Tree);
        run.Crash().ShouldBe(new CrashReport(
            AbiCrashKind.Signal,
            1,
            $"swiotlb_bounce kernel/dma/swiotlb.c:{line}",
            "SIGSEGV at NULL"));
    }

    [Fact]
    public void An_address_that_is_none_is_not_told_as_NULL()
    {
        var edit = new SourceEdit(
            "swiotlb_bounce", InvalidAddress, "*(volatile int *)0xdead000000000100ul = 1; $0");
        using var engine = new NativeEngine(kernels.Build(Kernels.New, edit));
        var run = new EngineRun(engine);
        run.Execute(Simple);
        run.Crash()!.What.ShouldBe(
            "SIGSEGV at an unknown address, not canonical or misaligned");
    }

    [Fact]
    public void The_machine_boots_again_after_a_crash()
    {
        using var engine = new NativeEngine(kernels.Build(Kernels.New, NullWrite));
        using var healthy = new NativeEngine(kernels[Kernels.New].Build);
        LoweredTrace direct = Lower("""
            dmadiff-trace 1
            device d0 dma_mask=64
            buffer b0 size=64K
            fill b0+0 64K seed=7
            map m0 d0 b0+0x10 5000 bidirectional
            dev_read m0+0 5000
            unmap m0
            """);
        for (int i = 0; i < 20; i++)
        {
            Recording.Of(engine, Simple).Crash.ShouldNotBeNull();
            engine.ReadPool(0)!.Value.Used.ShouldBe(3ul);
            Recording.Of(engine, direct).ShouldEqual(Recording.Of(healthy, direct), "direct");
        }
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void An_endless_loop_is_cut(string name)
    {
        var edit = new SourceEdit("swiotlb_bounce", InvalidAddress, "for (;;) barrier(); $0");
        using var engine = new NativeEngine(kernels.Build(name, edit));
        var run = new EngineRun(engine);
        run.Execute(Simple);
        ShouldBeDeadFrom(run, 1);
        CrashReport crash = run.Crash()!;
        crash.Kind.ShouldBe(AbiCrashKind.Hang);
        crash.What.ShouldBe("endless loop");
        crash.Where.ShouldEndWith(" kernel/dma/swiotlb.c");
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_read_past_the_slot_table_of_an_odd_pool_is_told(string name)
    {
        LoweredTrace trace = Lower("""
            dmadiff-trace 1
            pool r0 base=0x4000000 size=260K
            device d0 dma_mask=64 pool=r0
            buffer b0 size=512K
            map m0 d0 b0+0 256K to_device
            map m1 d0 b0+0 4K to_device
            unmap m1
            """);
        using var engine = new NativeEngine(kernels[name].Build);
        var run = new EngineRun(engine);
        run.Execute(trace);
        ShouldBeDeadFrom(run, 2);
        CrashReport crash = run.Crash()!;
        crash.What.ShouldBe("SIGSEGV beyond a slab object");
        crash.Where.ShouldStartWith("swiotlb_release_slots kernel/dma/swiotlb.c:");
    }

    [Fact]
    public void Faults_of_managed_code_and_collections_in_between_work_as_ever()
    {
        using var engine = new NativeEngine(kernels.Build(Kernels.Old, NullWrite));
        Recording first = Recording.Of(engine, Simple);
        for (int i = 0; i < 50; i++)
        {
            Should.Throw<NullReferenceException>(() => LengthOf(null!));
            Recording.Of(engine, Simple).ShouldEqual(first, "again");
            GC.Collect(i % 3);
        }

        using var healthy = new NativeEngine(kernels[Kernels.Old].Build);
        Recording.Of(healthy, Simple).Crash.ShouldBeNull();
    }

    [Fact]
    public void Crashes_on_several_threads_stay_with_their_machines()
    {
        KernelBuild broken = kernels.Build(Kernels.Old, NullWrite);
        KernelBuild healthy = kernels[Kernels.Old].Build;
        Parallel.For(0, 4, i =>
        {
            using var engine = new NativeEngine(i % 2 == 0 ? broken : healthy);
            for (int round = 0; round < 50; round++)
            {
                (Recording.Of(engine, Simple).Crash is null).ShouldBe(i % 2 != 0);
            }
        });
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_warning_is_in_the_log_and_kills_nothing(string name)
    {
        var edit = new SourceEdit(
            "swiotlb_bounce", InvalidAddress, "WARN(1, \"planted %zu\\n\", size); $0");
        using var engine = new NativeEngine(kernels.Build(name, edit));
        Recording run = Recording.Of(engine, Simple);
        run.Crash.ShouldBeNull();
        run.Log.Split('\n').Count(l => l == "W swiotlb_bounce: planted 5000").ShouldBe(2);
    }

    [Fact]
    public void A_service_that_the_harness_lacks_is_named_when_it_is_called()
    {
        var edit = new SourceEdit(
            "swiotlb_bounce",
            InvalidAddress,
            "{ extern void ring_the_bell(void); if (size == 5000) ring_the_bell(); } $0");
        KernelBuild build = kernels.Build(Kernels.New, edit);
        build.MissingServices.ShouldContain("ring_the_bell");
        using var engine = new NativeEngine(build);
        var run = new EngineRun(engine);
        run.Execute(Simple);
        ShouldBeDeadFrom(run, 1);
        CrashReport crash = run.Crash()!;
        crash.Kind.ShouldBe(AbiCrashKind.MissingService);
        crash.What.ShouldBe("kernel function the harness lacks: ring_the_bell");
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void An_edit_that_does_not_compile_is_told_in_the_compilers_words(string name)
    {
        var edit = new SourceEdit("swiotlb_bounce", @"\bsize = alloc_size;", "size = alloc_sze;");
        int line = edit.Line(kernels[name].Tree);
        var error = Should.Throw<KernelBuildException>(() => kernels.Build(name, edit));
        error.Message.ShouldStartWith(
            $"{name} with 1 edit does not build: kernel/dma/swiotlb.c:{line}: "
            + "'alloc_sze' undeclared");
        error.Log.ShouldContain("did you mean");
    }

    private static LoweredTrace Lower(string text) =>
        TraceLowering.Lower(TraceParser.Parse(text));

    private static void ShouldBeDeadFrom(EngineRun run, int op)
    {
        run.Boot.ToArray().ShouldAllBe(r => r.Status == AbiStatus.Ok);
        AbiStatus[] expected =
        [
            .. Enumerable.Repeat(AbiStatus.Ok, op),
            AbiStatus.Crash,
            .. Enumerable.Repeat(AbiStatus.Dead, run.Ops.Length - op - 1),
        ];
        run.Ops.ToArray().Select(r => r.Status).ShouldBe(expected);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LengthOf(int[] array) => array.Length;
}
