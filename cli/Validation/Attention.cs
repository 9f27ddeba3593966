// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Which sequences lead to the code that a series changes.</summary>
internal static class Attention
{
    private static readonly (string Prefix, GeneratedPart Part)[] Table =
    [
        ("kernel/dma/swiotlb", GeneratedPart.Swiotlb),
        ("include/linux/swiotlb", GeneratedPart.Swiotlb),
        ("kernel/dma/", GeneratedPart.Dma),
        ("include/linux/dma-", GeneratedPart.Dma),
        ("drivers/iommu/iova", GeneratedPart.Iova),
        ("include/linux/iova", GeneratedPart.Iova),
        ("drivers/iommu/", GeneratedPart.Iommu),
        ("include/linux/iommu", GeneratedPart.Iommu),
    ];

    /// <summary>The parts that the series touches; empty when it touches none in particular.
    /// </summary>
    public static IReadOnlySet<GeneratedPart> Of(PatchSeries series) =>
        series.Patches.SelectMany(p => p.Files)
            .Select(f => Table.FirstOrDefault(
                row => f.Path.StartsWith(row.Prefix, StringComparison.Ordinal)))
            .Where(row => row.Prefix is not null)
            .Select(row => row.Part)
            .ToHashSet();
}
