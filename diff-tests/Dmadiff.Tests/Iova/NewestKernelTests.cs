// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iommu;
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
        using var port = new PortEngine(SwiotlbProfile.V6_12, IovaProfile.V7_3, IommuProfile.V7_3);
        var generator = new SequenceGenerator(seed) { Parts = [GeneratedPart.Iova] };
        for (ulong i = 0; i < 60; i++)
        {
            var trace = TraceLowering.Lower(generator.Generate(i));
            Results(port, trace).ShouldBe(Results(native, trace), $"sequence {i} of seed {seed}");
        }
    }

    // Without the number of lines in the log: boot tells of swiotlb, which another profile
    // follows.
    private static string[] Results(IEngine engine, LoweredTrace trace)
    {
        engine.Boot(trace.Setup, new AbiResult[trace.Setup.StepCount]);
        var results = new AbiResult[trace.Ops.Length];
        engine.Run(trace.Ops, results);
        return
        [
            .. results.Select(r =>
                $"{r.Status} {r.Error} {r.Value:x} {r.DataDigest:x} {r.SlotDigest:x} "
                + $"{r.LogDigest:x} {r.Used} {r.Hiwater} {r.Area} {r.AreaUsed} {r.AreaIndex}"),
        ];
    }
}
