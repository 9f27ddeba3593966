// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>The newest kernel that the port follows, where it has been imported.</summary>
public sealed class NewestKernelTests : IDisposable
{
    private const string Newest = "debian/7.3";
    private const ulong Seed = 3;
    private const ulong Sequences = 60;
    private readonly KernelSources _sources = new(CacheDirectory.ForUser(), TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    [ImportedKernelTheory(Newest)]
    [InlineData("default", GeneratedPart.Iova)]
    [InlineData("default", GeneratedPart.Swiotlb)]
    [InlineData("default", GeneratedPart.Dma)]
    [InlineData("dynamic", GeneratedPart.Swiotlb)]
    [InlineData("dynamic", GeneratedPart.Dma)]
    [InlineData("dynamic,encrypt", GeneratedPart.Swiotlb)]
    [InlineData("xen", GeneratedPart.Swiotlb)]
    [InlineData("xen", GeneratedPart.Dma)]
    public void Generated_sequences_are_the_same_on_kernel_and_port(
        string configuration, GeneratedPart part)
    {
        var generator = new SequenceGenerator(Seed) { Parts = [part] };
        var configurations = new ConfigurationGenerator(
            Seed, [ConfigurationSettings.Parse(configuration)]);
        ShouldAgree(Enumerable.Range(0, (int)Sequences).Select(i => (
            $"sequence {i} of seed {Seed}",
            configurations.Apply((ulong)i, generator.Generate((ulong)i)))));
    }

    [ImportedKernelTheory(Newest)]
    [InlineData("dynamic-")]
    public void Pools_that_come_and_go_are_the_same_on_kernel_and_port(string prefix) =>
        ShouldAgree(Traces.Corpus.ConfigurationFiles
            .Where(f => Path.GetFileName(f).StartsWith(prefix, StringComparison.Ordinal))
            .Select(f => (Path.GetFileName(f), TraceParser.ParseFile(f))));

    private void ShouldAgree(IEnumerable<(string Origin, Trace Trace)> traces)
    {
        KernelRevision tree = _sources.Open(null, Newest, CancellationToken.None);
        var builder = new KernelBuilder(CacheDirectory.ForUser());
        using var kernel = new ConfiguredEngine(Newest, configuration => new NativeEngine(
            builder.Build(tree, configuration, CancellationToken.None)));
        using var port = new PortEngine(SwiotlbProfile.V7_3);
        using var lockStep = Kernels.Exactly(kernel, port);
        foreach (var (origin, trace) in traces)
        {
            Agreement.ShouldHold(lockStep, TraceLowering.Lower(trace), origin);
        }
    }
}
