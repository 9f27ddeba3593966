// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Xunit;

namespace Dmadiff.Tests.Iommu;

/// <summary>The kernel's own C and its port agree in everything behind an IOMMU.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class IommuAgreementTests(Kernels kernels)
{
    private const string Newest = "debian/7.3";
    private const ulong Seed = 4;
    private const ulong Sequences = 120;

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void Generated_sequences_are_the_same_on_kernel_and_port(string name)
    {
        var (native, port) = kernels.Engines(name);
        using (native)
        using (port)
        {
            ShouldAgree(native, port);
        }
    }

    [ImportedKernelTheory(Newest)]
    [InlineData(Newest)]
    public void They_are_the_same_on_the_newest_kernel(string name)
    {
        using var sources = new KernelSources(CacheDirectory.ForUser(), TextWriter.Null);
        var tree = sources.Open(null, name, CancellationToken.None);
        KernelBuild build =
            new KernelBuilder(CacheDirectory.ForUser()).Build(tree, CancellationToken.None);
        using var native = new NativeEngine(build);
        using var port = new PortEngine(SwiotlbProfile.V7_3);
        ShouldAgree(native, port);
    }

    private static void ShouldAgree(IEngine native, IEngine port)
    {
        using LockStep lockStep = Kernels.Exactly(native, port);
        var generator = new SequenceGenerator(Seed) { Parts = [GeneratedPart.Iommu] };
        for (ulong i = 0; i < Sequences; i++)
        {
            Agreement.ShouldHold(
                lockStep,
                TraceLowering.Lower(generator.Generate(i)),
                $"sequence {i} of seed {Seed}");
        }
    }
}
