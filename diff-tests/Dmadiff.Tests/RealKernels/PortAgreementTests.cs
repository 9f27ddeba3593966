// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>The kernel's own C and its port agree in everything.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class PortAgreementTests(Kernels kernels)
{
    private const ulong Seed = 61_12;
    private const int Sequences = 400;

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void The_corpus_is_the_same_on_kernel_and_port_and_its_expectations_hold(string name)
    {
        var (native, port) = kernels.Engines(name);
        using (native)
        using (port)
        using (LockStep lockStep = Kernels.Exactly(native, port))
        {
            foreach (var (file, trace) in Kernels.CorpusTraces())
            {
                Agreement.ShouldHold(lockStep, trace, file)
                    .Failures.Select(f => f.ToString()).ShouldBeEmpty(file);
            }
        }
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void Generated_sequences_are_the_same_on_kernel_and_port(string name)
    {
        var (native, port) = kernels.Engines(name);
        using (native)
        using (port)
        using (LockStep lockStep = Kernels.Exactly(native, port))
        {
            var generator = new SequenceGenerator(Seed);
            for (ulong i = 0; i < Sequences; i++)
            {
                Agreement.ShouldHold(
                    lockStep,
                    TraceLowering.Lower(generator.Generate(i)),
                    $"sequence {i} of seed {Seed}");
            }
        }
    }

    [Fact]
    public void Every_length_and_odd_offset_is_digested_alike()
    {
        LoweredTrace trace = TraceLowering.Lower(TraceParser.Parse("""
            dmadiff-trace 1
            device d0 dma_mask=64
            buffer b0 size=4K
            fill b0+0 4K seed=11
            map m0 d0 b0+0 4K bidirectional
            """));
        const int longest = 300;
        var reads = new AbiOp[longest + 1];
        for (int length = 0; length <= longest; length++)
        {
            ulong odd = (ulong)((length * 2) + 1);
            reads[length] = new AbiOp
            {
                Kind = AbiOpKind.DevRead,
                Offset = odd,
                Size = (ulong)length,
            };
        }

        ulong[] expected = Expected(trace, reads);
        foreach (string name in new[] { Kernels.Old, Kernels.New })
        {
            using var native = new NativeEngine(kernels[name].Build);
            Digests(native, trace, reads).ShouldBe(expected, name);
        }
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_released_kernel_lacks_no_service_that_the_corpus_needs(string name)
    {
        using var native = new NativeEngine(kernels[name].Build);
        foreach (var (file, trace) in Kernels.CorpusTraces())
        {
            Recording.Of(native, trace).Crash?.Kind
                .ShouldNotBe(AbiCrashKind.MissingService, file);
        }
    }

    // The port's digest function over the bytes the port's memory holds: neither side's
    // interpreter of operations is asked.
    private static unsafe ulong[] Expected(LoweredTrace trace, AbiOp[] reads)
    {
        using var port = new PortEngine(SwiotlbProfile.V6_12);
        new EngineRun(port).Execute(trace);
        var memory = new byte[4096];
        port.ReadMemory(trace.Setup.Buffers[0].Base, memory).ShouldBe(memory.Length);
        memory.Distinct().Count().ShouldBeGreaterThan(200);
        fixed (byte* start = memory)
        {
            var digests = new ulong[reads.Length];
            for (int i = 0; i < reads.Length; i++)
            {
                digests[i] = Digest.Of(0, start + reads[i].Offset, reads[i].Size);
            }

            return digests;
        }
    }

    private static ulong[] Digests(NativeEngine engine, LoweredTrace trace, AbiOp[] reads)
    {
        new EngineRun(engine).Execute(trace);
        var results = new AbiResult[reads.Length];
        engine.Run(reads, results);
        results.ShouldAllBe(r => r.Status == AbiStatus.Ok);
        return [.. results.Select(r => r.DataDigest)];
    }
}
