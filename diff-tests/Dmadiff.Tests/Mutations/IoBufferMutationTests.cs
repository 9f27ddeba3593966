// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Mutations;

/// <summary>One-line mistakes in the port of buffers that stay mapped are found by the
/// sequences that it is compared with the C on. The port as it is stands for the C, which is not
/// everywhere at hand.</summary>
public sealed class IoBufferMutationTests : IDisposable
{
    private const int Sequences = 100;
    private const ulong Seed = 5;

    private static readonly Lazy<LoweredTrace[]> Traces = new(Generate);

    private readonly PortCompiler _compiler = new();

    // Each takes a compilation: see PortMutationTests.
    public static TheoryData<string> Mutants =>
    [
        .. IoBufferMutations.All
            .Where((_, i) => i % 4 == 0
                || Environment.GetEnvironmentVariable("DMADIFF_MUTANTS") == "all")
            .Select(m => m.Name),
    ];

    public void Dispose() => _compiler.Dispose();

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_mistake_is_found(string mistake) =>
        Found(IoBufferMutations.All.Single(m => m.Name == mistake)).ShouldNotBeNull();

    [Fact]
    public void Nothing_is_found_where_there_is_no_mistake() => Found(null).ShouldBeNull();

    private int? Found(PortMutation? mutation)
    {
        using var port = new PortEngine(SwiotlbProfile.V6_1, IovaProfile.V6_1, IommuProfile.IoBuffers);
        using IEngine mutant = _compiler.Compile(mutation).Engine(
            nameof(SwiotlbProfile.V6_1), nameof(IovaProfile.V6_1), nameof(IommuProfile.IoBuffers));
        using LockStep lockStep = Kernels.Exactly(port, mutant);
        int found = Array.FindIndex(Traces.Value, t => lockStep.Run(t).Divergence is not null);
        return found < 0 ? null : found;
    }

    private static LoweredTrace[] Generate()
    {
        var generator = new SequenceGenerator(Seed) { Parts = [GeneratedPart.Iommu] };
        var switches = new SwitchGenerator(
            Seed, [new AddedSwitch(SwitchKind.Kconfig, "IOMMU_IO_BUFFER", 1)])
        {
            Parameters =
            [
                new AddedParameter("io_buffer_pool.num_slots", 32),
                new AddedParameter("io_buffer_pool.class_sizes", 8),
            ],
        };
        return
        [
            .. Enumerable.Range(0, Sequences).Select(i => TraceLowering.Lower(
                switches.Apply((ulong)i, generator.Generate((ulong)i)))),
        ];
    }
}
