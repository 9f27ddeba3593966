// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli;
using Dmadiff.Cli.Validation;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Series;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>The C of a posted series and the port of it agree in everything.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class PostedSeriesAgreementTests : IDisposable
{
    private const string Dynamic = "petr-v2.mbox";
    private const string Buffers = "stevens-v1-on-6.1.mbox";
    private const ulong Seed = 2023;
    private const int Sequences = 60;

    private readonly CacheDirectory _cache = CacheDirectory.ForUser();
    private readonly KernelSources _sources = new(CacheDirectory.ForUser(), TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    [PostedSeriesFact(Dynamic)]
    public void Dynamic_slots_are_the_same_in_kernel_and_port()
    {
        (PatchSeries series, SwitchGenerator switches) = Load(Dynamic);
        KernelBuild build = Build(series, addition: null);
        ProfileFit fit = ProfileFit.For(build.Features);
        fit.Profile.ShouldBe(SwiotlbProfile.DynamicSlots);
        using var port = new PortEngine(fit.Profile!);
        int dynamic = 0;
        ShouldAgree(build, port, switches, GeneratedPart.Dma, Sequences, trace =>
            dynamic += trace.Cmdline.Contains("dynamic") ? 1 : 0);

        dynamic.ShouldBeGreaterThan(Sequences / 4);
    }

    [PostedSeriesFact(Buffers)]
    public void Buffers_that_stay_mapped_are_the_same_in_kernel_and_port()
    {
        (PatchSeries series, SwitchGenerator switches) = Load(Buffers);
        KernelBuild build = Build(series, "IOMMU_IO_BUFFER");
        ProfileFit fit = ProfileFit.For(build.Features);
        fit.Iommu.ShouldBe(IommuProfile.IoBuffers);
        using var port = new PortEngine(fit.Profile!, fit.Iova, fit.Iommu);
        int few = 0;
        ShouldAgree(build, port, switches, GeneratedPart.Iommu, 2 * Sequences, trace =>
            few += trace.Cmdline.Contains("io_buffer_pool.num_slots=") ? 1 : 0);

        few.ShouldBeGreaterThan(Sequences / 2);
    }

    [PostedSeriesFact(Buffers)]
    public void Without_their_option_the_port_is_that_of_what_is_left_of_the_series()
    {
        (PatchSeries series, SwitchGenerator switches) = Load(Buffers);
        KernelBuild build = Build(series, addition: null);
        ProfileFit fit = ProfileFit.For(build.Features);
        fit.Iommu.ShouldBe(IommuProfile.IoBuffersLeftOut);
        using var port = new PortEngine(fit.Profile!, fit.Iova, fit.Iommu);
        ShouldAgree(build, port, switches, GeneratedPart.Iommu, Sequences / 2, _ => { });
    }

    private (PatchSeries Series, SwitchGenerator Switches) Load(string mailbox)
    {
        PatchSeries series = new SeriesLoader(_sources, _cache).Load(
            new SeriesRequest(
                PostedSeriesFactAttribute.PathOf(mailbox), null, Kernels.Old, Stream.Null),
            CancellationToken.None);
        return (series, new SwitchGenerator(
            Seed, SwitchFinder.Of(series, CancellationToken.None))
        {
            Parameters = SwitchFinder.ParametersOf(series, CancellationToken.None),
        });
    }

    private KernelBuild Build(PatchSeries series, string? addition)
    {
        using var repository = KernelRepository.Open(series.Repository);
        KernelRevision tree = repository.Resolve(series.Patches[^1].CommitId!, "series");
        return new KernelBuilder(
            _cache, addition: addition is null ? null : KconfigAddition.Of(addition, tree))
            .Build(tree, CancellationToken.None);
    }

    private static void ShouldAgree(
        KernelBuild build, PortEngine port, SwitchGenerator switches, GeneratedPart part,
        int sequences, Action<Trace> see)
    {
        using var native = new NativeEngine(build);
        using LockStep lockStep = Kernels.Exactly(native, port);
        var generator = new SequenceGenerator(Seed) { Parts = [part] };
        for (ulong i = 0; i < (ulong)sequences; i++)
        {
            Trace trace = switches.Apply(i, generator.Generate(i));
            see(trace);
            Agreement.ShouldHold(
                lockStep, TraceLowering.Lower(trace), $"sequence {i} of seed {Seed}");
        }
    }
}
