// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iova;

/// <summary>IOVA domains on kernels that the port follows in nothing else.</summary>
public sealed class NewestKernelTests : IDisposable
{
    private const string Newest = "debian/7.3";
    private readonly KernelSources _sources = new(CacheDirectory.ForUser(), TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    [ImportedKernelTheory(Newest)]
    [InlineData(3UL)]
    public void Generated_sequences_are_the_same_on_kernel_and_port(ulong seed)
    {
        var tree = _sources.Open(null, Newest, CancellationToken.None);
        KernelBuild build =
            new KernelBuilder(CacheDirectory.ForUser()).Build(tree, CancellationToken.None);
        using var native = new NativeEngine(build);
        using var port = new PortEngine(SwiotlbProfile.V6_12, IovaProfile.V7_3);
        using var lockStep = Kernels.Exactly(native, port);
        var generator = new SequenceGenerator(seed) { Parts = [GeneratedPart.Iova] };
        for (ulong i = 0; i < 60; i++)
        {
            var report = lockStep.Run(TraceLowering.Lower(generator.Generate(i)));

            // The machine's boot tells of swiotlb, which is another profile's.
            report.Divergence?.Signature.ToString().ShouldBeNull($"sequence {i} of seed {seed}");
        }
    }
}
