// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.Tests.Docs;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Xen;

/// <summary>The kernel's own swiotlb-xen.c and its port agree in everything.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class XenAgreementTests(Kernels kernels)
{
    private const ulong Seed = 41;
    private const int Sequences = 24;

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void Written_traces_are_the_same_on_kernel_and_port(string name)
    {
        var files = Traces.Corpus.ConfigurationFiles
            .Where(f => Path.GetFileName(f).StartsWith("xen-", StringComparison.Ordinal))
            .Concat(Directory.GetFiles(
                Path.Combine(DocPage.Root, "docs", "traces", "swiotlb-xen")))
            .Order(StringComparer.Ordinal).ToList();
        files.Count.ShouldBeGreaterThan(10);
        ShouldAgree(name, files.Select(f => (Path.GetFileName(f), TraceParser.ParseFile(f))));
    }

    [Theory]
    [InlineData(Kernels.Old, "xen", GeneratedPart.Swiotlb)]
    [InlineData(Kernels.New, "xen", GeneratedPart.Swiotlb)]
    [InlineData(Kernels.Old, "xen", GeneratedPart.Dma)]
    [InlineData(Kernels.New, "xen", GeneratedPart.Dma)]
    [InlineData(Kernels.Old, "noncoherent,xen", GeneratedPart.Swiotlb)]
    [InlineData(Kernels.New, "noncoherent,xen", GeneratedPart.Swiotlb)]
    public void Generated_sequences_are_the_same_on_kernel_and_port(
        string name, string configuration, GeneratedPart part)
    {
        var generator = new SequenceGenerator(Seed) { Parts = [part] };
        var configurations = new ConfigurationGenerator(
            Seed, [ConfigurationSettings.Parse(configuration)]);
        ShouldAgree(name, Enumerable.Range(0, Sequences).Select(i => (
            $"sequence {i} of seed {Seed}",
            configurations.Apply((ulong)i, generator.Generate((ulong)i)))));
    }

    private void ShouldAgree(string name, IEnumerable<(string Origin, Trace Trace)> traces)
    {
        using var kernel = kernels.Configured(name);
        using var port = new PortEngine(kernels[name].Profile);
        using LockStep lockStep = Kernels.Exactly(kernel, port);
        foreach (var (origin, trace) in traces)
        {
            Agreement.ShouldHold(lockStep, TraceLowering.Lower(trace), origin);
        }
    }
}
