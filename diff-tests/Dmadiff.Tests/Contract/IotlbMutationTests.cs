// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>Rules about IOMMUs see a small defect in the kernel's own C; the kernel as it was
/// released gives nothing on the same trace.</summary>
public sealed class IotlbMutationTests(DefectiveKernels kernels)
    : IClassFixture<DefectiveKernels>
{
    private const string DmaIommu = "drivers/iommu/dma-iommu.c";
    private const string Core = "drivers/iommu/iommu.c";
    private const string Caching = "iommu=strict caching=yes";
    private const string Twice = """
        map m0 d0 b0+0x10 5000 to_device
        dev_read m0+0 5000
        unmap m0
        stale_read m0+0 100
        map m1 d0 b0+0x10 5000 to_device
        unmap m1
        """;
    private const string ThenList = """
        sglist s0 b0+0:4K b0+0x3000:4K
        map m0 d0 b0+0 8K to_device
        unmap m0
        stale_read m0+0 8K
        map_sg m1 d0 s0 to_device
        """;
    private const string ThenMemory = """
        map m0 d0 b0+0 8K to_device
        unmap m0
        stale_read m0+0 8K
        alloc m1 d0 8K force_contiguous
        """;
    private const string SyncOfMap = @"(?<=ret == 0 && )ops->iotlb_sync_map(?=\) \{)";
    private const string SyncOfList = @"(?<=\tif \()ops->iotlb_sync_map(?=\) \{)";

    private static readonly Defect[] Defects =
    [
        Behind(
            "C9 IOTLB unmap",
            "iommu=strict",
            @"if \(!iotlb_gather\.queued\)\s*iommu_iotlb_sync\([^;]*\);",
            "",
            DmaIommu),
        Behind("C9 IOTLB map", "iommu=lazy", @"gather && gather->queued", "0", DmaIommu),
        Behind("C9 IOTLB map", Caching, SyncOfMap, "0", Core),
        Behind("C9 IOTLB map_sg", Caching, SyncOfList, "0", Core, ThenList),
        Behind(
            "C9 IOTLB alloc",
            $"{Caching} coherent_mask=64",
            SyncOfMap,
            "0",
            Core,
            ThenMemory),
    ];

    public static IEnumerable<object[]> Numbers => Defect.Numbers(Defects);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_missing_flush_is_found(int number, string expected) =>
        kernels.ShouldFind(Defects[number] with { Expected = expected });

    private static Defect Behind(
        string expected,
        string settings,
        [StringSyntax(StringSyntaxAttribute.Regex)] string pattern,
        string replacement,
        string file,
        string operations = Twice) =>
        Defect.Behind(
            expected, $"dma_mask=64 {settings}", pattern, replacement, file, operations);
}
