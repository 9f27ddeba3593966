// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>Rules about IOMMUs see a small defect in the kernel's own C; the kernel as it was
/// released gives nothing on the same trace.</summary>
public sealed class IotlbMutationTests : IDisposable
{
    private const string DmaIommu = "drivers/iommu/dma-iommu.c";
    private const string Core = "drivers/iommu/iommu.c";
    private const string Twice = """
        map m0 d0 b0+0x10 5000 to_device
        dev_read m0+0 5000
        unmap m0
        stale_read m0+0 100
        map m1 d0 b0+0x10 5000 to_device
        unmap m1
        """;

    private static readonly Mutant[] Mutants =
    [
        new(
            "C9 IOTLB unmap",
            "iommu=strict",
            @"if \(!iotlb_gather\.queued\)\s*iommu_iotlb_sync\([^;]*\);",
            "",
            DmaIommu),
        new("C9 IOTLB map", "iommu=lazy", @"gather && gather->queued", "0", DmaIommu),
        new(
            "C9 IOTLB map",
            "iommu=strict caching=yes",
            @"(?<=ret == 0 && )ops->iotlb_sync_map(?=\) \{)",
            "0",
            Core),
    ];

    private readonly KernelSources _sources =
        new(CacheDirectory.ForUser(), TextWriter.Null);

    public static IEnumerable<object[]> Numbers =>
        Mutants.Index().Select(m => new object[] { m.Index, m.Item.Expected });

    public void Dispose() => _sources.Dispose();

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_missing_flush_is_found(int number, string expected)
    {
        Mutant mutant = Mutants[number];
        KernelRevision tree = _sources.Open(null, "debian/6.12", CancellationToken.None);
        string original = Encoding.UTF8.GetString(tree.ReadFile(mutant.File)!);
        var place = new Regex(mutant.Pattern, RegexOptions.None, TimeSpan.FromSeconds(5));
        place.Count(original).ShouldBe(1, mutant.Pattern);
        var edited = new EditedTree(tree, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [mutant.File] = place.Replace(original, mutant.Replacement),
        });
        var builder = new KernelBuilder(CacheDirectory.ForUser());
        string trace = $"""
            dmadiff-trace 1
            device d0 dma_mask=64 {mutant.Settings}
            buffer b0 size=64K
            {Twice}

            """;
        using var healthy = new NativeEngine(builder.Build(tree, CancellationToken.None));
        Judged.Findings(healthy, trace).ShouldBeEmpty();
        KernelBuild build = builder.Build(edited, CancellationToken.None);
        build.LeftOut.ShouldBeEmpty();
        using var engine = new NativeEngine(build);
        Judged.Findings(engine, trace)[0].ShouldBe(expected);
    }

    /// <summary>A small defect.</summary>
    /// <param name="Expected">What is found.</param>
    /// <param name="Settings">Of the device.</param>
    /// <param name="Pattern">What is replaced, once in the file.</param>
    /// <param name="Replacement">What it becomes.</param>
    /// <param name="File">The file.</param>
    private sealed record Mutant(
        string Expected,
        string Settings,
        [property: StringSyntax(StringSyntaxAttribute.Regex)] string Pattern,
        string Replacement,
        string File);
}
