// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Isolation;

/// <summary>What a sanitized build finds in the kernel's own objects, and what it does not.
/// </summary>
[Collection(nameof(IsolationCollection))]
public sealed class SanitizerTests(IsolatedKernels kernels)
{
    private const string OddPool = """
        dmadiff-trace 1
        pool r0 base=0x4000000 size=260K
        device d0 dma_mask=64 pool=r0
        buffer b0 size=512K
        map m0 d0 b0+0 256K to_device
        map m1 d0 b0+0 4K to_device
        unmap m1
        """;

    [Theory]
    [InlineData(IsolatedKernels.Old)]
    [InlineData(IsolatedKernels.New)]
    public void The_read_past_the_slot_table_of_an_odd_pool_is_told(string name)
    {
        using RunnerEngine engine = Load(kernels.Tree(name));
        var run = new EngineRun(engine);
        run.Execute(IsolatedKernels.Lower(OddPool));
        CrashReport crash = run.Crash().ShouldNotBeNull();
        crash.Kind.ShouldBe(AbiCrashKind.Sanitizer);
        crash.OpIndex.ShouldBe(2);
        crash.Where.ShouldStartWith("swiotlb_release_slots kernel/dma/swiotlb.c:");
        crash.What.ShouldMatch(
            @"^read of \d bytes, \d+ bytes past the end of object of \d+ bytes allocated in "
            + @"rmem_swiotlb_device_init\(\)$");
    }

    [Fact]
    public void A_slot_too_many_is_told_though_nothing_faults()
    {
        KernelRevision tree = kernels.Tree(IsolatedKernels.New);
        var edit = new SourceEdit("swiotlb_init_io_tlb_pool", @"i < mem->nslabs", "i <= mem->nslabs");
        using RunnerEngine engine = Load(edit.Apply(tree));
        var run = new EngineRun(engine);
        run.Execute(IsolatedKernels.Lower(OddPool));
        CrashReport crash = run.Crash().ShouldNotBeNull();
        crash.Where.ShouldStartWith("swiotlb_init_io_tlb_pool kernel/dma/swiotlb.c:");
        crash.What.ShouldMatch(
            @"^write of \d bytes, \d+ bytes past the end of object of 3120 bytes allocated in "
            + @"rmem_swiotlb_device_init\(\)$");
        run.Boot[^2].Status.ShouldBe(AbiStatus.Crash);
    }

    [Theory]
    [InlineData(
        "{ char *p = kmalloc(64, GFP_ATOMIC); kfree(p); *(volatile char *)(p + 8) = 1; }",
        "write of 1 byte, at byte 8 of freed object of 64 bytes allocated in swiotlb_bounce() "
        + "freed in swiotlb_bounce()")]
    [InlineData(
        "{ char *p = kmalloc(61, GFP_ATOMIC); *(volatile char *)(p + 61) = 1; }",
        "write of 1 byte, 0 bytes past the end of object of 61 bytes allocated in "
        + "swiotlb_bounce()")]
    [InlineData(
        "{ char *p = kmalloc(64, GFP_ATOMIC); memcpy(p, p - 4, 2); }",
        "read of 2 bytes, 4 bytes before the start of object of 64 bytes allocated in "
        + "swiotlb_bounce()")]
    [InlineData(
        "{ unsigned long p = __get_free_pages(GFP_ATOMIC, 1); free_pages(p, 1); "
        + "(void)*(volatile long *)(p + 4096); }",
        "read of 8 bytes, at byte 4096 of freed pages, 8192 bytes, allocated in "
        + "swiotlb_bounce() freed in swiotlb_bounce()")]
    [InlineData(
        "{ volatile char a[8]; volatile int i = 9; char *p = (char *)a; p[i] = 1; }",
        "write of 1 byte: stack-buffer-overflow")]
    public void A_bad_access_is_told_by_object_and_place(string statements, string what)
    {
        using RunnerEngine engine = Load(kernels.Edited(IsolatedKernels.New, statements));
        var run = new EngineRun(engine);
        run.Execute(IsolatedKernels.Simple);
        CrashReport crash = run.Crash().ShouldNotBeNull();
        crash.What.ShouldBe(what);
        crash.Where.ShouldStartWith("swiotlb_bounce kernel/dma/swiotlb.c:");
        run.Ops[1].Status.ShouldBe(AbiStatus.Crash);
    }

    [Theory]
    [InlineData("*(volatile int *)0 = 1;", "SIGSEGV at NULL", "SIGSEGV at NULL")]
    [InlineData(
        "*(volatile int *)0x500000000000ul = 1;",
        "SIGSEGV at a wild address",
        "SIGSEGV at a wild address")]
    [InlineData(
        "{ char *p = kmalloc(64, GFP_ATOMIC); *(volatile char *)(p + 64) = 1; }",
        "SIGSEGV beyond a slab object",
        "write of 1 byte, 0 bytes past the end of object of 64 bytes allocated in "
        + "swiotlb_bounce()")]
    [InlineData(
        "{ char *p = kmalloc(61, GFP_ATOMIC); *(volatile char *)(p + 61) = 1; }",
        null,
        "write of 1 byte, 0 bytes past the end of object of 61 bytes allocated in "
        + "swiotlb_bounce()")]
    public void A_report_takes_the_place_of_a_signal_only_near_an_object(
        string statements, string? plain, string sanitized)
    {
        EditedTree tree = kernels.Edited(IsolatedKernels.New, statements);
        What(BuildVariant.Plain).ShouldBe(plain);
        What(BuildVariant.Sanitized).ShouldBe(sanitized);

        string? What(BuildVariant variant)
        {
            using RunnerEngine engine = kernels.Load(tree, variant);
            var run = new EngineRun(engine);
            run.Execute(IsolatedKernels.Simple);
            return run.Crash()?.What;
        }
    }

    [Fact]
    public void Undefined_arithmetic_is_told_and_the_machine_goes_on()
    {
        EditedTree tree = kernels.Edited(
            IsolatedKernels.New,
            "{ volatile int s = 64; volatile unsigned long x = 1ul << s; (void)x; }");
        var engine = Load(tree);
        using var contest = new Contest([new Contestant(engine, null)]);
        var campaign = new Campaign(contest);
        Trace trace = TraceParser.Parse("""
            dmadiff-trace 1
            cmdline swiotlb=512,1,force
            device d0 dma_mask=32
            buffer b0 size=64K
            fill b0+0 64K seed=7
            map m0 d0 b0+0x10 5000 bidirectional
            map m1 d0 b0+0x10 5000 bidirectional
            unmap m0
            """);
        campaign.Run("first", trace);
        campaign.Run("second", trace);
        KernelCrash found = campaign.Crashes.ShouldHaveSingleItem();
        found.Crash.What.ShouldBe(
            "undefined behaviour: shift exponent 64 is too large for 64-bit type "
            + "'long unsigned int'");
        found.Crash.Kind.ShouldBe(AbiCrashKind.Sanitizer);
        found.Count.ShouldBe(2);
        found.Operation.ShouldStartWith("map m");
        found.Trace.Operations.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(IsolatedKernels.Old)]
    [InlineData(IsolatedKernels.New)]
    public void A_released_kernel_is_clean_on_the_corpus_and_results_are_the_same(string name)
    {
        using var native = new NativeEngine(kernels.Build(kernels.Tree(name)));
        using RunnerEngine engine = Load(kernels.Tree(name));
        foreach (var (file, trace) in Kernels.CorpusTraces())
        {
            Recording here = Recording.Of(native, trace);
            if (here.Crash?.Kind == AbiCrashKind.Hang)
            {
                continue;
            }

            Recording.Of(engine, trace).ShouldEqual(here, file);
            engine.ReadReports().ShouldBeEmpty(file);
        }
    }

    private RunnerEngine Load(ISourceTree tree) => kernels.Load(tree, BuildVariant.Sanitized);
}
