// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Litmus;

namespace Dmadiff.Cli.Litmus;

/// <summary>
/// The list of pools that went into Linux 6.6, and its flag. A pool that is on the list is a 1
/// in pools; the driver passes on the address in dma_addr, with nothing that orders it.
/// </summary>
internal static class MainlineTests
{
    private const string Find = "the driver loads the address, then swiotlb_find_pool()";
    private const string Slots = "swiotlb_find_slots(), then the driver stores the address";
    private const string ReadAddress = "r0 = READ_ONCE(*dma_addr);";
    private const string WriteAddress = "WRITE_ONCE(*dma_addr, 1);";
    private const string SetFlag = "WRITE_ONCE(*dma_uses_io_tlb, 1);";
    private const string ReadFlag = "r1 = READ_ONCE(*dma_uses_io_tlb);";
    private const string ReadPools = "r1 = READ_ONCE(*pools);";

    private static readonly LitmusThread AddPool = new(
        "add_mem_pool(): list_add_rcu() with the lock held",
        "spin_lock(mem_lock);",
        "smp_store_release(pools, 1);",
        "spin_unlock(mem_lock);");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LitmusTest> All { get; } =
    [
        new(
            "uses-io-tlb+mb+rmb",
            "As in Linux 6.6: smp_mb() between the flag and the address, smp_rmb() between the "
            + "address and the flag.",
            LitmusVerdict.Never,
            string.Empty,
            [
                new(Slots, SetFlag, "smp_mb();", WriteAddress),
                new(Find, ReadAddress, "smp_rmb();", ReadFlag),
            ],
            "1:r0=1 /\\ 1:r1=0"),
        new(
            "uses-io-tlb+once",
            "Neither barrier: the flag may be missed.",
            LitmusVerdict.Sometimes,
            string.Empty,
            [
                new(Slots, SetFlag, WriteAddress),
                new(Find, ReadAddress, ReadFlag),
            ],
            "1:r0=1 /\\ 1:r1=0"),
        new(
            "pools-third-cpu+mb+rmb",
            "A pool that one CPU adds, another allocates from, and a third has to find. The "
            + "barrier of the second is a full one, which also orders what it has seen of the "
            + "first.",
            LitmusVerdict.Never,
            string.Empty,
            [
                AddPool,
                new(Slots, "r2 = READ_ONCE(*pools);", "smp_mb();", WriteAddress),
                new(Find, ReadAddress, "smp_rmb();", ReadPools),
            ],
            "1:r2=1 /\\ 2:r0=1 /\\ 2:r1=0"),
        new(
            "pools-third-cpu+wmb+rmb",
            "With a write barrier in its place: it orders the second CPU's own stores, and not "
            + "the pool that it has read. The third CPU may miss the pool.",
            LitmusVerdict.Sometimes,
            string.Empty,
            [
                AddPool,
                new(Slots, "r2 = READ_ONCE(*pools);", SetFlag, "smp_wmb();", WriteAddress),
                new(Find, ReadAddress, "smp_rmb();", ReadPools),
            ],
            "1:r2=1 /\\ 2:r0=1 /\\ 2:r1=0"),
    ];
}
