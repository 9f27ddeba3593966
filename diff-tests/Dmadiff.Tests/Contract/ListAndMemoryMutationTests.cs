// SPDX-License-Identifier: GPL-2.0-only
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>Rules about scatterlists, coherent memory and the kernel's own memory see a small
/// defect in the kernel's C.</summary>
public sealed class ListAndMemoryMutationTests(DefectiveKernels kernels)
    : IClassFixture<DefectiveKernels>
{
    private const string Direct = "kernel/dma/direct.c";
    private const string Pools = "kernel/dma/pool.c";
    private const string OfDevice = "kernel/dma/coherent.c";
    private const string Iova = "drivers/iommu/iova.c";
    private const string List = """
        dmadiff-trace 1
        cmdline swiotlb=512,1,force
        device d0 dma_mask=32
        buffer b0 size=64K
        fill b0+0 64K seed=1
        sglist s0 b0+0:4K b0+0x2000:3000 b0+0x4010:500
        map_sg m0 d0 s0 bidirectional

        """;

    private const string Memory = """
        dmadiff-trace 1
        device d0 dma_mask=32 coherent_mask=32 coherent=0x2000000,64K
        device d1 dma_mask=32
        buffer b0 size=64K

        """;

    private static readonly Defect[] Defects =
    [
        new(
            "C4 data sync_sg_for_cpu",
            List + """
            dev_write m0+0 7000 seed=5
            sync_sg_for_cpu m0
            unmap_sg m0

            """,
            Direct,
            @"swiotlb_sync_single_for_cpu\(dev, paddr, sg->length, dir\);",
            "if (!i) $0"),
        new(
            "C4 data unmap_sg",
            List + """
            dev_write m0+0 7500 seed=5
            unmap_sg m0

            """,
            Direct,
            @"sg_dma_len\(sg\), dir, attrs\);",
            "sg_dma_len(sg) - (i == 1), dir, attrs);"),
        new(
            "C6 accounting unmap_sg",
            List + "unmap_sg m0\n",
            Direct,
            @"for_each_sg\(sgl,  sg, nents, i\) \{",
            "$0 if (i == nents - 1) break;"),
        new(
            "C5 no leak of content alloc",
            Memory + """
            alloc m0 d0 4K
            cpu_write m0+0 4K seed=3
            free m0
            alloc m1 d0 4K
            free m1

            """,
            OfDevice,
            @"memset\(ret, 0, size\);",
            ";"),
        new(
            "C5 no leak of content pool_alloc",
            Memory + """
            pool_alloc m0 d1 4K
            cpu_write m0+0 4K seed=3
            pool_free m0
            pool_alloc m1 d1 4K

            """,
            Pools,
            @"memset\(\*cpu_addr, 0, size\);",
            ";"),
        new(
            "C6 accounting check",
            """
            dmadiff-trace 1
            iova_init v0 granule=4K start=1
            iova_alloc_fast i0 v0 1 limit=0xfffff
            iova_free_fast i0
            iova_put v0

            """,
            Iova,
            @"kfree\(iovad->rcaches\);",
            ";"),
    ];

    public static IEnumerable<object[]> Numbers => Defect.Numbers(Defects);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_defect_in_the_C_is_found(int number, string expected) =>
        kernels.ShouldFind(Defects[number] with { Expected = expected });
}
