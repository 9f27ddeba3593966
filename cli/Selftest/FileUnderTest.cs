// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;

namespace Dmadiff.Cli.Selftest;

/// <summary>A file that mistakes are put into.</summary>
/// <param name="Path">Path in the kernel's tree.</param>
/// <param name="Parts">What sequences are about that run it.</param>
/// <param name="Words">Of its functions only those with one of these in their names; all of
/// them if there are none.</param>
internal sealed record FileUnderTest(
    string Path, IReadOnlyList<GeneratedPart> Parts, IReadOnlyList<string> Words)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FileUnderTest> All { get; } =
    [
        new("kernel/dma/swiotlb.c", [GeneratedPart.Swiotlb, GeneratedPart.Dma], []),
        new("drivers/iommu/iova.c", [GeneratedPart.Iova, GeneratedPart.Iommu], []),
        new("drivers/iommu/dma-iommu.c", [GeneratedPart.Iommu], []),
        new(
            "drivers/iommu/iommu.c",
            [GeneratedPart.Iommu],
            ["iommu_map", "iommu_unmap", "gather", "pgsize", "iotlb", "iova_to_phys", "_map_sg"]),
    ];

    /// <summary>The part of its path that users name it by.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether mistakes are put into a function of it.</summary>
    public bool Has(string function) => Words.Count == 0
        || Words.Any(w => function.Contains(w, StringComparison.Ordinal));
}
