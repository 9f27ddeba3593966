// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Contract;
using Dmadiff.Tests.Contract;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Configurations;

/// <summary>Each configuration opens code in which a small defect is found, that the default
/// does not see.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class ConfiguredMutationTests(Kernels kernels)
{
    private const string Direct = "kernel/dma/direct.h";

    private static readonly Mutant[] Mutants =
    [
        new(
            "C6 accounting unmap",
            "swiotlb_dynamic=yes",
            "swiotlb=128,1,force",
            """
            map m0 d0 b0+0 256K to_device
            map m1 d0 b0+0x40000 4K to_device
            unmap m0
            unmap m1
            """,
            new SourceEdit("swiotlb_del_pool", @"list_del_rcu\([^;]*;", ";")),
        new(
            "C2 alignment map",
            "page_size=64K",
            "swiotlb=1024,1,force",
            """
            map m0 d0 b0+0 2K to_device
            map m1 d0 b0+0 64K to_device
            """,
            new SourceEdit(
                "swiotlb_search_pool_area", @"alloc_size >= PAGE_SIZE", "alloc_size > PAGE_SIZE")),
        new(
            "C7 no complaint map",
            "highmem=512M",
            "swiotlb=512,1,force",
            "map m0 d0 high+0 2K to_device",
            new SourceEdit("swiotlb_bounce", @"if \(PageHighMem", "if (0 && PageHighMem")),
        new(
            "C12 memory state dev_read",
            "mem_encrypt=yes",
            "swiotlb=512,1",
            """
            map m0 d0 b0+0 2K to_device
            dev_read m0+0 2K
            """,
            new SourceEdit(
                "swiotlb_update_mem_attributes", @"set_memory_decrypted", "set_memory_encrypted")),
        new(
            "C4 data map",
            "noncoherent=yes",
            "swiotlb=512,1",
            "map m0 d1 b0+0 2K to_device",
            new SourceEdit("dma_direct_map_page", @"arch_sync_dma_for_device\([^;]*;", ";")
            {
                File = Direct,
            }),
        new(
            "C4 data sync_for_cpu",
            "noncoherent=yes",
            "swiotlb=512,1",
            """
            map m0 d1 b0+0 2K from_device
            dev_write m0+0 2K seed=2
            sync_for_cpu m0+0 2K
            """,
            new SourceEdit(
                "dma_direct_sync_single_for_cpu", @"arch_sync_dma_for_cpu\([^;]*;", ";")
            {
                File = Direct,
            }),
    ];

    public static IEnumerable<object[]> Numbers => Mutants.Index()
        .Select(m => new object[] { m.Index, m.Item.Machine, m.Item.Expected });

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_defect_is_found(int number, string machine, string expected)
    {
        var mutant = Mutants[number];
        var trace = mutant.Trace(machine);
        using (var healthy = kernels.Configured(Kernels.New))
        {
            Judged.Findings(healthy, trace).ShouldBeEmpty();
        }

        using var defective = kernels.Configured(Kernels.New, mutant.Edit);
        Judged.Findings(defective, trace)[0].ShouldBe(expected);
    }

    /// <summary>A small defect.</summary>
    /// <param name="Expected">What is found.</param>
    /// <param name="Machine">The setting that opens the code.</param>
    /// <param name="Cmdline">The boot line.</param>
    /// <param name="Operations">What shows it.</param>
    /// <param name="Edit">The defect.</param>
    private sealed record Mutant(
        string Expected, string Machine, string Cmdline, string Operations, SourceEdit Edit)
    {
        public string Trace(string machine)
        {
            var coherent = machine.StartsWith("noncoherent", StringComparison.Ordinal)
                ? " dma_coherent=no"
                : "";
            var high = machine.StartsWith("highmem", StringComparison.Ordinal)
                ? "at=0x30000000"
                : "";
            return $"""
                dmadiff-trace 1
                machine memory=1G cpus=1 {machine}
                cmdline {Cmdline}
                device d0 dma_mask=32
                device d1 dma_mask=64{coherent}
                buffer b0 size=512K
                buffer high size=64K {high}
                fill b0+0 512K seed=1
                {Operations}

                """;
        }
    }
}
