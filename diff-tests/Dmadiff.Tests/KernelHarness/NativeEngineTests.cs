// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class NativeEngineTests : IDisposable
{
    private readonly ToyHarness _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void Every_engine_is_a_machine_of_its_own()
    {
        KernelBuild build = _toy.Build();
        using var one = new NativeEngine(build);
        using var other = new NativeEngine(build);
        Values(one, 2).ShouldBe([ToyHarness.FirstValue, ToyHarness.FirstValue + 1]);
        Values(one, 1).ShouldBe([ToyHarness.FirstValue + 2]);
        Values(other, 1).ShouldBe([ToyHarness.FirstValue]);
        one.Name.ShouldBe("HEAD");
        Directory.GetFiles(Path.GetDirectoryName(build.LibraryPath)!, "loading-*").ShouldBeEmpty();
    }

    [Fact]
    public void Two_kernels_live_side_by_side()
    {
        using var one = new NativeEngine(_toy.Build());
        using var other = new NativeEngine(_toy.Build(
            _toy.Edited("kernel/dma/private.h", "5", "7")));
        Values(one, 1).ShouldBe([ToyHarness.FirstValue]);
        Values(other, 1).ShouldBe([ToyHarness.FirstValue + 2]);
    }

    [Fact]
    public void Booting_hands_over_the_machine_and_its_text()
    {
        using var engine = new NativeEngine(_toy.Build());
        var setup = new Setup(
            new AbiMachine { Cpus = 4 }, "swiotlb=512", [], [],
            [new AbiBuffer { Base = 4096, Bytes = 77 }]);
        var results = new AbiResult[setup.StepCount];
        engine.Boot(setup, results);
        results[0].Value.ShouldBe((ulong)"swiotlb=512".Length);
        results[1].Value.ShouldBe(77ul);
        Should.Throw<ArgumentException>(() => engine.Boot(setup, new AbiResult[1]));

        Setup huge = setup with { Machine = new AbiMachine { Cpus = 129, MemoryBytes = 1 << 20 } };
        Should.Throw<MachineException>(() => engine.Boot(huge, results)).Message.ShouldBe(
            "this host cannot hold a machine with 1 MiB and 129 CPUs: Cannot allocate memory");
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        using var engine = new NativeEngine(_toy.Build());
        var ops = new AbiOp[100];
        var results = new AbiResult[100];
        engine.Run(ops, results);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            engine.Run(ops, results);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        Should.Throw<ArgumentException>(() => engine.Run(ops, new AbiResult[99]));
    }

    [Fact]
    public void State_is_read()
    {
        using var engine = new NativeEngine(_toy.Build());
        engine.ReadPool(0)!.Value.Nareas.ShouldBe(3u);
        engine.ReadPool(1).ShouldBeNull();
        engine.ReadAreas(0).Select(a => a.Used).ShouldBe([0ul, 1ul, 2ul]);
        engine.ReadAreas(1).ShouldBeEmpty();
        engine.ReadSlots(0, 12, 5).Select(s => s.AllocSize).ShouldBe([12ul]);
        var bytes = new byte[3];
        engine.ReadMemory(9, bytes).ShouldBe(3);
        bytes.ShouldBe(new byte[] { 9, 9, 9 });
    }

    [Fact]
    public void A_log_of_any_length_is_read_whole()
    {
        using var engine = new NativeEngine(_toy.Build());
        engine.ReadLog(0).Count.ShouldBe(5000);
        engine.ReadLog(4999).ShouldBe([new string((char)('a' + (4999 % 26)), 99)]);
        engine.ReadLog(5000).ShouldBeEmpty();
    }

    [Fact]
    public void A_crash_is_named_by_function_file_and_line()
    {
        using var engine = new NativeEngine(_toy.Build());
        engine.ReadCrash().ShouldBe(new CrashReport(
            AbiCrashKind.Signal, 0, "toy_step kernel/dma/toy.c:11", "SIGSEGV"));
    }

    [Fact]
    public void Another_boundary_is_refused()
    {
        string interpreter = File.ReadAllText(_toy.Folder["harness/interpreter/toy.c"]);
        _toy.Folder.Write(
            "harness/interpreter/toy.c",
            interpreter.Replace("\"dmd_op.kind\", 0, 4", "\"dmd_op.kind\", 0, 8"));
        KernelBuild build = _toy.Build();
        Should.Throw<UserErrorException>(() => new NativeEngine(build)).Message.ShouldBe(
            "HEAD: its boundary is not this program's: " +
            "dmd_op.kind: 4 bytes at offset 0 in C#, 8 bytes at offset 0 in C");
    }

    [Fact]
    public void A_library_that_cannot_be_loaded_is_named()
    {
        KernelBuild build = _toy.Build();
        File.WriteAllText(build.LibraryPath, "no library");
        Should.Throw<UserErrorException>(() => new NativeEngine(build))
            .Message.ShouldStartWith("cannot load ");
    }

    [Fact]
    public void A_disposed_engine_is_not_run()
    {
        var engine = new NativeEngine(_toy.Build());
        engine.Dispose();
        engine.Dispose();
        Should.Throw<ObjectDisposedException>(
            () => engine.Run(new AbiOp[1], new AbiResult[1]));
        Should.Throw<ObjectDisposedException>(() => engine.ReadAreas(0));
    }

    [Fact]
    public unsafe void Disposing_shuts_the_machine_down_once()
    {
        var engine = new NativeEngine(_toy.Build());

        // Found as kernels find it: the first host library serves the whole process.
        var shutdowns = (delegate* unmanaged<int>)NativeLibrary.GetExport(
            NativeLibrary.GetMainProgramHandle(), "toy_host_shutdowns");
        int before = shutdowns();
        engine.Dispose();
        engine.Dispose();
        shutdowns().ShouldBe(before + 1);
    }

    [Theory]
    [InlineData("f\nkernel/dma/a.c:12\n", "f kernel/dma/a.c:12")]
    [InlineData("f\n./kernel/dma/a.c:12 (discriminator 3)\n", "f kernel/dma/a.c:12")]
    [InlineData("list_del\n./include/linux/list.h:3\nf\n./kernel/dma/a.c:12\ng\n" +
        "./kernel/dma/b.c:4\n", "f kernel/dma/a.c:12")]
    [InlineData("die\nkernel-harness/services/s.c:3\nf\nkernel/dma/a.c:12\n",
        "f kernel/dma/a.c:12")]
    [InlineData("die\nkernel-harness/services/s.c:3\n", "die kernel-harness/services/s.c:3")]
    [InlineData("f\n??:?\n", "f")]
    [InlineData("f\nkernel/dma/a.c:?\n", "f kernel/dma/a.c")]
    [InlineData("??\n??:0\n", null)]
    [InlineData("", null)]
    public void The_innermost_place_in_the_code_under_test_is_named(
        string listing, string? expected) =>
        Symboliser.Choose(listing)?.ToString().ShouldBe(expected);

    private static ulong[] Values(NativeEngine engine, int count)
    {
        var results = new AbiResult[count];
        engine.Run(new AbiOp[count], results);
        return [.. results.Select(r => r.Value)];
    }
}
