// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>Lists and coherent memory behind an IOMMU are judged to their end: small defects
/// in the kernel's own C are seen there; the kernel as it was released gives nothing on the
/// same trace.</summary>
public sealed class BehindIommuMutationTests(DefectiveKernels kernels)
    : IClassFixture<DefectiveKernels>
{
    private const string DmaIommu = "drivers/iommu/dma-iommu.c";
    private const string Core = "drivers/iommu/iommu.c";
    private const string Strict = "dma_mask=32 iommu=strict";
    private const string List = """
        fill b0+0 64K seed=1
        sglist s0 b0+0x100:3840 b0+0x3000:4K b0+0x4000:100 b0+0x8000:8K
        map_sg m0 d0 s0 bidirectional
        dev_write m0+1000 5000 seed=2
        dev_read m0+0 15000
        unmap_sg m0
        check
        """;
    private const string Memory = """
        alloc m0 d0 20K
        cpu_write m0+0 20K seed=1
        free m0
        alloc m1 d0 20K
        cpu_write m1+0 100 seed=2
        free m1
        """;

    private const string Messages = """
        prepare_msi m0 d0 0x30000040
        map m1 d0 b0+0 4K to_device
        unmap m1
        """;

    private static readonly Defect[] Defects =
    [
        Defect.Behind(
            "C9 IOTLB unmap_sg",
            Strict,
            @"if \(!iotlb_gather\.queued\)\s*iommu_iotlb_sync\([^;]*\);",
            "",
            DmaIommu,
            List),
        Defect.Behind(
            "C9 IOTLB free",
            Strict,
            @"if \(!iotlb_gather\.queued\)\s*iommu_iotlb_sync\([^;]*\);",
            "",
            DmaIommu,
            Memory),
        Defect.Behind(
            "C1 range map_sg",
            Strict,
            @"(?<=iommu_dma_alloc_iova\(domain, iova_len, )dma_get_mask\(dev\)",
            "DMA_BIT_MASK(40)",
            DmaIommu,
            List),
        Defect.Behind(
            "C1 range map_sg",
            $"{Strict} max_seg=8K",
            @"\(max_len - cur_len >= s_length\)",
            "1",
            DmaIommu,
            """
            sglist s0 b0+0:4K b0+0x2000:8K
            map_sg m0 d0 s0 to_device
            """),
        Defect.Behind(
            "C4 data map_sg",
            Strict,
            @"start = s_phys;",
            "start = s_phys ^ (i ? SZ_32M : 0);",
            Core,
            List),
        Defect.Behind(
            "C4 data cpu_write",
            Strict,
            @"vaddr = dma_common_pages_remap\(pages",
            "swap(pages[0], pages[1]); $0",
            DmaIommu,
            Memory),
        Defect.Behind(
            "C5 no leak of content alloc",
            Strict,
            @"gfp \|= __GFP_ZERO;",
            "",
            DmaIommu,
            Memory),
        Defect.Behind(
            "C1 range alloc",
            $"{Strict} coherent_mask=28",
            @"dev->coherent_dma_mask, dev\);\s*if \(!iova\)\s*goto out_free_pages",
            "DMA_BIT_MASK(40), dev); if (!iova) goto out_free_pages",
            DmaIommu,
            Memory),
        Defect.Behind(
            "C4 data prepare_msi",
            Strict,
            @"msi_addr &= ~\(phys_addr_t\)\(size - 1\);",
            "$0 msi_addr ^= SZ_32M;",
            DmaIommu,
            Messages),
        Defect.Behind(
            "C1 range prepare_msi",
            Strict,
            @"(?<=iommu_dma_alloc_iova\(domain, size, )dma_get_mask\(dev\)",
            "DMA_BIT_MASK(40)",
            DmaIommu,
            Messages),
        Defect.Behind(
            "C7 no complaint map",
            Strict,
            @"msi_page->iova = iova;\s*list_add",
            "iommu_dma_free_iova(cookie, iova, size, NULL); $0",
            DmaIommu,
            Messages),
        new(
            "C9 IOTLB map",
            """
            dmadiff-trace 1
            machine kdump=yes
            device d0 dma_mask=32 iommu=strict deferred=yes
            buffer b0 size=64K
            map m0 d0 b0+0 4K to_device

            """,
            DmaIommu,
            @"iommu_deferred_attach\(dev, domain\)(?=\)\s*return DMA_MAPPING_ERROR)",
            "0"),
        Defect.Behind(
            "C4 data prepare_msi",
            $"{Strict} resv=0xfee00000,1M,msi",
            @"msi_page->iova = start;",
            "msi_page->iova = start - 4096;",
            DmaIommu,
            "prepare_msi m0 d0 0xfee00040\n"),
    ];

    public static IEnumerable<object[]> Numbers => Defect.Numbers(Defects);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_defect_is_found(int number, string expected) =>
        kernels.ShouldFind(Defects[number] with { Expected = expected });
}
