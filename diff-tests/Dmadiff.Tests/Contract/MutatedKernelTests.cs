// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>Every rule sees a small defect in the kernel's own C, built and run; the kernel as
/// it was released gives nothing on the same trace.</summary>
public sealed class MutatedKernelTests(DefectiveKernels kernels)
    : IClassFixture<DefectiveKernels>
{
    private const string Swiotlb = "kernel/dma/swiotlb.c";
    private const string Header = """
        dmadiff-trace 1
        machine memory=1G cpus=1
        cmdline swiotlb=512,1,force
        pool r0 base=0x4000000 size=512K
        device d0 dma_mask=32
        device d1 dma_mask=32 min_align=0xfff
        device d2 dma_mask=32 seg_boundary=64K
        device d3 dma_mask=32 pool=r0
        buffer b0 size=512K
        fill b0+0 512K seed=1

        """;

    private const string Received = """
        map m0 d0 b0+0 6000 from_device
        dev_write m0+0 6000 seed=2
        sync_for_cpu m0+100 3000
        unmap m0
        """;

    private const string Ended = """
        map m0 d0 b0+0 6000 to_device
        unmap m0
        """;

    private static readonly Defect[] Defects =
    [
        Below(
            "C1 range map",
            """
            map m0 d2 b0+0 40K to_device
            map m1 d2 b0+64K 40K to_device
            """,
            @"!iommu_is_span_boundary\([^;{]*?max_slots\)",
            "1"),
        Below(
            "C2 alignment map",
            """
            map m0 d0 b0+0 100 to_device
            map m1 d1 b0+0x1010 9000 to_device
            """,
            "iotlb_align_mask &= ~alloc_align_mask;",
            "iotlb_align_mask = 0;"),
        Below(
            "C3 exclusive map",
            """
            map m0 d0 b0+0 200K to_device
            map m1 d0 b0+0 200K to_device
            map m2 d0 b0+0 200K to_device
            map m3 d0 b0+0 200K to_device
            map m4 d0 b0+0 200K to_device
            """,
            @"pool->slots\[i\]\.list = 0;",
            "if (i == slot_index) $0"),
        Below(
            "C4 data sync_for_cpu",
            Received,
            @"swiotlb_bounce\(dev, tlb_addr, size, DMA_FROM_DEVICE, pool\);",
            ";"),
        Below(
            "C4 data swiotlb_unmap",
            """
            swiotlb_map m0 d0 b0+0 6000 from_device
            dev_write m0+0 6000 seed=2
            swiotlb_unmap m0
            """,
            @"swiotlb_bounce\(dev, tlb_addr, mapping_size,\s*DMA_FROM_DEVICE, pool\);",
            ";"),
        Below(
            "C5 no leak of content map",
            Received,
            @"swiotlb_bounce\(dev, tlb_addr, mapping_size, DMA_TO_DEVICE, pool\);",
            "if (dir != DMA_FROM_DEVICE) $0"),
        Below("C6 accounting unmap", Ended, "area->used -= nslots;", ";"),
        Below("C6 accounting unmap", Ended, @"dec_used\(dev->dma_io_tlb_mem, nslots\);", ";"),
        Below(
            "C6 accounting unmap",
            """
            map m0 d0 b0+0 6000 to_device
            map m1 d0 b0+0 6000 to_device
            unmap m0
            unmap m1
            """,
            @"(mem->slots\[i\]\.list;\s*i--\)\s*)mem->slots\[i\]\.list = \+\+count;",
            "$1;"),
        Below(
            "C7 no complaint map",
            """
            map m0 d0 b0+0 300K to_device
            map m1 d0 b0+0 4K to_device
            """,
            @"(not_found:)\s*spin_unlock_irqrestore\(&area->lock, flags\);",
            "$1"),
        Below(
            "C7 no complaint unmap",
            Ended,
            "area->used -= nslots;",
            "$0 WARN_ON(nslots > 2);"),
        Below(
            "C8 failure map",
            """
            map m0 d0 b0+0 256K to_device
            map m1 d0 b0+0 256K to_device
            map m2 d0 b0+0 256K to_device
            map m3 d0 b0+0 256K to_device
            unmap m1
            map m4 d0 b0+0 256K to_device
            """,
            "nslots > pool->area_nslabs - area->used",
            "$0 || (!area->index && area->used * 4 == 3 * pool->area_nslabs)"),
        Below(
            "C10 restricted map",
            "map m0 d3 b0+0 100 to_device",
            @"if \(is_swiotlb_force_bounce\(dev\)\)",
            "if (0)",
            "kernel/dma/direct.h"),
        Below("C11 promise map", "", "(IO_TLB_SEGSIZE) - min_align;", "$1;"),
    ];

    public static IEnumerable<object[]> Numbers => Defect.Numbers(Defects);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_defect_in_the_C_is_found(int number, string expected) =>
        kernels.ShouldFind(Defects[number] with { Expected = expected });

    private static Defect Below(
        string expected,
        string operations,
        [StringSyntax(StringSyntaxAttribute.Regex)] string pattern,
        string replacement,
        string file = Swiotlb) =>
        new(expected, Header + operations + "\n", file, pattern, replacement);
}
