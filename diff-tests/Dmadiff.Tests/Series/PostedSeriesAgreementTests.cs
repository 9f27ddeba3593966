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
    private const ulong Seed = 2023;
    private const int Sequences = 60;

    private readonly KernelSources _sources = new(CacheDirectory.ForUser(), TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    [PostedSeriesFact(Dynamic)]
    public void Dynamic_slots_are_the_same_in_kernel_and_port()
    {
        CacheDirectory cache = CacheDirectory.ForUser();
        PatchSeries series = new SeriesLoader(_sources, cache).Load(
            new SeriesRequest(
                PostedSeriesFactAttribute.PathOf(Dynamic), null, Kernels.Old, Stream.Null),
            CancellationToken.None);
        var switches = new SwitchGenerator(
            Seed, SwitchFinder.Of(series, CancellationToken.None));
        using var repository = KernelRepository.Open(series.Repository);
        KernelBuild build = new KernelBuilder(cache).Build(
            repository.Resolve(series.Patches[^1].CommitId!, "series"), CancellationToken.None);
        ProfileFit fit = ProfileFit.For(build.Features);
        fit.Profile.ShouldBe(SwiotlbProfile.DynamicSlots);
        using var native = new NativeEngine(build);
        using var port = new PortEngine(fit.Profile!);
        using LockStep lockStep = Kernels.Exactly(native, port);
        var generator = new SequenceGenerator(Seed) { Parts = [GeneratedPart.Dma] };
        int dynamic = 0;
        for (ulong i = 0; i < Sequences; i++)
        {
            Trace trace = switches.Apply(i, generator.Generate(i));
            dynamic += trace.Cmdline.Contains("dynamic") ? 1 : 0;
            Agreement.ShouldHold(
                lockStep, TraceLowering.Lower(trace), $"sequence {i} of seed {Seed}");
        }

        dynamic.ShouldBeGreaterThan(Sequences / 4);
    }
}
