// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Isolation;

/// <summary>A kernel in another process gives the same results, and only it dies.</summary>
[Collection(nameof(IsolationCollection))]
public sealed class RunnerEngineTests(IsolatedKernels kernels)
{
    private const string BlockSignals =
        "unsigned long all[1] = { ~0ul }; long done; "
        + "asm volatile(\"mov $8, %%r10; syscall\" : \"=a\"(done) "
        + ": \"a\"(14), \"D\"(0), \"S\"(all), \"d\"(0) : \"rcx\", \"r10\", \"r11\", \"memory\"); ";

    [Theory]
    [InlineData(IsolatedKernels.Old)]
    [InlineData(IsolatedKernels.New)]
    public void Results_are_those_of_the_same_kernel_in_this_process(string name)
    {
        KernelBuild build = kernels.Build(kernels.Tree(name));
        using var native = new NativeEngine(build);
        using RunnerEngine runner = kernels.Load(kernels.Tree(name));
        var generator = new SequenceGenerator(3);
        LoweredTrace[] traces =
        [
            .. Kernels.CorpusTraces().Select(c => c.Trace),
            .. Enumerable.Range(0, 30).Select(i =>
                TraceLowering.Lower(generator.Generate((ulong)i))),
        ];
        foreach (LoweredTrace trace in traces)
        {
            Recording.Of(runner, trace).ShouldEqual(Recording.Of(native, trace), name);
        }

        runner.ReadAreas(0).ShouldBe(native.ReadAreas(0));
        runner.ReadAreas(99).ShouldBeEmpty();
        runner.ReadPool(99).ShouldBeNull();
        var here = new byte[100_000];
        var there = new byte[here.Length];
        runner.ReadMemory(16 << 20, there).ShouldBe(native.ReadMemory(16 << 20, here));
        there.ShouldBe(here);
    }

    [Fact]
    public void What_stands_behind_the_caches_is_read_from_the_process_too()
    {
        LoweredTrace trace = IsolatedKernels.Lower("""
            dmadiff-trace 1
            device d0 dma_mask=32 dma_coherent=no
            buffer b0 size=64K
            fill b0+0 64K seed=7
            map m0 d0 b0+0 5000 bidirectional
            dev_write m0+0 5000 seed=1
            sync_for_cpu m0+0 5000
            """);
        using RunnerEngine runner = kernels.LoadFor(kernels.Tree(IsolatedKernels.New), trace);

        new ContractRun(runner).Run(trace).Findings.ShouldBeEmpty();
    }

    [Fact]
    public void A_batch_of_any_length_is_run_whole()
    {
        using RunnerEngine runner = kernels.Load(kernels.Tree(IsolatedKernels.New));
        var run = new EngineRun(runner);
        run.Execute(IsolatedKernels.Simple);
        var ops = new AbiOp[600_000];
        Array.Fill(ops, new AbiOp { Kind = AbiOpKind.Time, Arg = 1 });
        ops[^1] = new AbiOp { Kind = AbiOpKind.MaxMappingSize };
        var results = new AbiResult[ops.Length];
        runner.Run(ops, results);
        results.ShouldAllBe(r => r.Status == AbiStatus.Ok);
        results[^1].Value.ShouldBe(256ul * 1024);
    }

    [Theory]
    [InlineData(
        "__builtin_memset(__builtin_frame_address(0), 0x41, 65536);",
        AbiCrashKind.Process, "SIGSEGV ends its process", "outside the kernel's code")]
    [InlineData(
        "{ volatile char much[16 << 20]; much[0] = 1; }",
        AbiCrashKind.Signal, "SIGSEGV, the stack is used up", "swiotlb_bounce")]
    [InlineData(
        "{ long r; asm volatile(\"syscall\" : \"=a\"(r) : \"a\"(57) : \"rcx\", \"r11\"); }",
        AbiCrashKind.Process, "system call fork", "swiotlb_bounce")]
    [InlineData(
        "{ long r; asm volatile(\"syscall\" : \"=a\"(r) : \"a\"(41), \"D\"(2), \"S\"(1), "
        + "\"d\"(0) : \"rcx\", \"r11\"); }",
        AbiCrashKind.Process, "system call socket", "swiotlb_bounce")]
    [InlineData(
        "{ long r; asm volatile(\"syscall\" : \"=a\"(r) : \"a\"(231), \"D\"(3) "
        + ": \"rcx\", \"r11\"); }",
        AbiCrashKind.Process, "its process ends itself with status 3",
        "outside the kernel's code")]
    public void What_kills_the_process_is_a_crash_of_the_operation(
        string statements, AbiCrashKind kind, string what, string where)
    {
        EditedTree tree = kernels.Edited(IsolatedKernels.New, statements);
        using RunnerEngine engine = kernels.Load(tree);
        for (int round = 0; round < 2; round++)
        {
            CrashReport crash = ShouldDieAtMap(engine);
            crash.Kind.ShouldBe(kind);
            crash.What.ShouldBe(what);
            crash.Where.Split(' ')[0].ShouldBe(where.Split(' ')[0]);
        }
    }

    [Fact]
    public void What_the_guard_cannot_stop_is_ended_by_the_limits()
    {
        string loop = $"{{ {BlockSignals} for (;;) barrier(); }}";
        var limits = RunnerLimits.Default with { Patience = TimeSpan.FromSeconds(1) };
        using RunnerEngine engine = kernels.Load(
            kernels.Edited(IsolatedKernels.New, loop), limits: limits);
        ShouldDieAtMap(engine).What.ShouldBe("no end within 1 s");
        string greed = $"{{ {BlockSignals} for (unsigned long at = 1 << 20; at < (1 << 30); "
            + "at += 4096) { *(volatile char *)(dmd_page_offset + at) = 1; } for (;;) barrier(); }";
        using RunnerEngine greedy = kernels.Load(
            kernels.Edited(IsolatedKernels.New, greed),
            limits: new RunnerLimits(200 << 20, TimeSpan.FromSeconds(60)));
        ShouldDieAtMap(greedy).What.ShouldBe("more than 200 MiB of memory");
    }

    [Fact]
    public void A_process_that_is_killed_is_started_again()
    {
        using RunnerEngine engine = kernels.Load(kernels.Tree(IsolatedKernels.New));
        Recording healthy = Recording.Of(engine, IsolatedKernels.Simple);
        int first = engine.ProcessId;
        Process.GetProcessById(first).Kill();
        var results = new AbiResult[2];
        engine.Run(new AbiOp[2], results);
        results.Select(r => r.Status).ShouldBe([AbiStatus.Crash, AbiStatus.Dead]);
        engine.ReadCrash()!.What.ShouldBe("SIGKILL ends its process");
        engine.ReadPool(0).ShouldBeNull();
        engine.ReadLog(0).ShouldBeEmpty();
        Recording.Of(engine, IsolatedKernels.Simple).ShouldEqual(healthy, "again");
        engine.ProcessId.ShouldNotBe(first);
    }

    [Fact]
    public void No_process_outlives_its_engine()
    {
        RunnerEngine engine = kernels.Load(kernels.Tree(IsolatedKernels.New));
        int process = engine.ProcessId;
        Directory.Exists($"/proc/{process}").ShouldBeTrue();
        engine.Dispose();
        engine.Dispose();
        Directory.Exists($"/proc/{process}").ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => engine.ReadCrash());
    }

    [Fact]
    public void A_constructor_that_writes_a_file_does_not_get_to()
    {
        string path = Path.Combine(Path.GetTempPath(), $"dmadiff-{Guid.NewGuid():N}");
        EditedTree tree = kernels.Edited(
            IsolatedKernels.New,
            string.Empty,
            "static __attribute__((constructor)) void harm(void) { long r; asm volatile("
            + "\"mov $420, %%r10; syscall\" : \"=a\"(r) : \"a\"(257), \"D\"(-100), "
            + $"\"S\"(\"{path}\"), \"d\"(0101) : \"rcx\", \"r10\", \"r11\", \"memory\"); }}");
        Should.Throw<UserErrorException>(() => kernels.Load(tree)).Message
            .ShouldStartWith($"{tree.Name}: its process does not start: system call openat");
        File.Exists(path).ShouldBeFalse();
    }

    private static CrashReport ShouldDieAtMap(RunnerEngine engine)
    {
        var run = new EngineRun(engine);
        run.Execute(IsolatedKernels.Simple);
        run.Boot.ToArray().ShouldAllBe(r => r.Status == AbiStatus.Ok);
        run.Ops.ToArray().Select(r => r.Status).Take(4).ShouldBe(
            [AbiStatus.Ok, AbiStatus.Crash, AbiStatus.Dead, AbiStatus.Dead]);
        CrashReport crash = run.Crash().ShouldNotBeNull();
        crash.OpIndex.ShouldBe(1);
        return crash;
    }
}
