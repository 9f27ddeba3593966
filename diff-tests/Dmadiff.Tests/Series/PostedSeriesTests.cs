// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Series;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>A test that needs a series that was posted, which is kernel code and so not in
/// this repository; skipped without.</summary>
public sealed class PostedSeriesFactAttribute : FactAttribute
{
    public PostedSeriesFactAttribute(string name)
    {
        if (!File.Exists(PathOf(name)))
        {
            Skip = $"{PathOf(name)}: not there; DMADIFF_SERIES names the folder with it";
        }
    }

    /// <summary>Where a series is, or would be.</summary>
    internal static string PathOf(string name) => Path.GetFullPath(Path.Combine(
        Environment.GetEnvironmentVariable("DMADIFF_SERIES")
            ?? Path.Combine(SourceTree.Root, "..", "shared", "series"),
        name));
}

/// <summary>Series that people have posted are read, based and applied.</summary>
public sealed class PostedSeriesTests : IDisposable
{
    private const string Dynamic = "petr-v2.mbox";
    private const string Rebased = "stevens-v1-on-6.1.mbox";
    private readonly KernelSources _sources = new(CacheDirectory.ForUser(), TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    [PostedSeriesFact(Dynamic)]
    public void One_that_needs_fuzz_says_where()
    {
        PatchSeries series = Load(Dynamic, "debian/6.1");
        series.Patches.Count.ShouldBe(7);
        series.Title.ShouldStartWith("Allow dynamic allocation");
        series.Patches.ShouldAllBe(p => p.CommitId != null);
        series.Patches[1].NoChangeClaim.ShouldBe("No functional change");
        series.Patches[0].Loose.Select(h => (h.File, h.Hunk)).ShouldBe(
            [("include/linux/swiotlb.h", 1)]);
        series.Patches[3].Files.Single(f => f.Path == "kernel/dma/swiotlb.c").Functions
            .Select(f => (f.Name, f.IsNew)).ShouldContain(("swiotlb_dyn_map", true));
    }

    [PostedSeriesFact(Dynamic)]
    public void Its_base_is_found_among_those_at_hand()
    {
        PatchSeries series = Load(Dynamic, null);
        series.Base.Name.ShouldBe("debian/6.1");
        series.Base.Reason.ShouldEndWith("that the whole series applies to, with fuzz");
    }

    [PostedSeriesFact(Rebased)]
    public void One_that_was_made_for_the_base_fits()
    {
        PatchSeries series = Load(Rebased, "debian/6.1");
        series.FirstFailed.ShouldBeNull();
        series.Patches.ShouldAllBe(p => p.Loose.Count == 0);
    }

    private PatchSeries Load(string name, string? on) =>
        new SeriesLoader(_sources, CacheDirectory.ForUser()).Load(
            new SeriesRequest(PostedSeriesFactAttribute.PathOf(name), null, on, Stream.Null),
            CancellationToken.None);
}
