// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Litmus;

namespace Dmadiff.Cli.Litmus;

/// <summary>
/// The per-device list of dynamic buffers of the series posted in May 2023, with its flag. A
/// list that holds n buffers is the number n; the driver passes on the address that it got in
/// dma_addr, with nothing that orders it unless a test says so.
/// </summary>
internal static class PostedTests
{
    private const string Map = "swiotlb_dyn_map(), then the driver stores the address";
    private const string Lookup = "the driver loads the address, then is_swiotlb_buffer()";
    private const string ReadAddress = "r0 = READ_ONCE(*dma_addr);";
    private const string WriteAddress = "WRITE_ONCE(*dma_addr, 1);";
    private const string Take = "spin_lock(dma_io_tlb_dyn_lock);";
    private const string Release = "spin_unlock(dma_io_tlb_dyn_lock);";
    private const string Insert = "WRITE_ONCE(*dma_io_tlb_dyn_slots, 1);";
    private const string Publish = "smp_store_release(dma_io_tlb_have_dyn, 1);";
    private const string ReadFlag = "r1 = smp_load_acquire(dma_io_tlb_have_dyn);";
    private const string NotFound = "1:r0=1 /\\ 1:r1=0";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LitmusTest> All { get; } =
    [
        new(
            "dyn-flag+posted",
            "As posted: the flag is set after the list insert, with release, and read with "
            + "acquire. That orders the flag with the list, but neither with the address: a CPU "
            + "may have the address, and still take the buffer for none of swiotlb's.",
            LitmusVerdict.Sometimes,
            string.Empty,
            [
                new(Map, Take, Insert, Publish, Release, WriteAddress),
                new(Lookup, ReadAddress, ReadFlag),
            ],
            NotFound),
        new(
            "dyn-flag+driver-orders",
            "The same under a driver that passes the address on with release and acquire, as "
            + "locks and queues do. Then what was posted is enough.",
            LitmusVerdict.Never,
            string.Empty,
            [
                new(Map, Take, Insert, Publish, Release, "smp_store_release(dma_addr, 1);"),
                new(Lookup, "r0 = smp_load_acquire(dma_addr);", ReadFlag),
            ],
            NotFound),
        new(
            "dyn-flag+barriers",
            "Corrected: a full barrier before the address is returned, a read barrier before "
            + "the flag is looked at. Whatever the driver does, who has the address sees the "
            + "flag.",
            LitmusVerdict.Never,
            string.Empty,
            [
                new(Map, Take, Insert, Publish, Release, "smp_mb();", WriteAddress),
                new(Lookup, ReadAddress, "smp_rmb();", ReadFlag),
            ],
            NotFound),
        new(
            "dyn-flag+no-rmb",
            "The barrier of the writer alone does not help: the reader may look at the flag "
            + "before it loads the address.",
            LitmusVerdict.Sometimes,
            string.Empty,
            [
                new(Map, Take, Insert, Publish, Release, "smp_mb();", WriteAddress),
                new(Lookup, ReadAddress, ReadFlag),
            ],
            NotFound),
        new(
            "dyn-flag-lookup+posted",
            "What the posted pairing is good for: who sees the flag finds the buffer.",
            LitmusVerdict.Never,
            string.Empty,
            [
                new("swiotlb_dyn_map()", Take, Insert, Publish, Release),
                new(
                    "is_swiotlb_buffer(), lookup_dyn_slot()",
                    ReadFlag,
                    Take,
                    "r2 = READ_ONCE(*dma_io_tlb_dyn_slots);",
                    Release),
            ],
            "1:r1=1 /\\ 1:r2=0"),
        new(
            "dyn-list-empty+once",
            "Without a flag, by list_empty(): as little is ordered.",
            LitmusVerdict.Sometimes,
            string.Empty,
            [
                new(Map, Take, Insert, Release, WriteAddress),
                new(
                    Lookup + ", by list_empty()",
                    ReadAddress,
                    "r1 = READ_ONCE(*dma_io_tlb_dyn_slots);"),
            ],
            NotFound),
        new(
            "dyn-list-empty+barriers",
            "The same with an explicit write barrier after the insert, and an explicit read "
            + "barrier before list_empty(): no flag is needed.",
            LitmusVerdict.Never,
            string.Empty,
            [
                new(Map, Take, Insert, Release, "smp_wmb();", WriteAddress),
                new(
                    Lookup + ", by list_empty()",
                    ReadAddress,
                    "smp_rmb();",
                    "r1 = READ_ONCE(*dma_io_tlb_dyn_slots);"),
            ],
            NotFound),
        new(
            "dyn-flag-clear+barriers",
            "While one buffer is mapped, another CPU unmaps the only other one, and clears the "
            + "flag. The lock makes it see the new one and leave the flag alone, or makes the "
            + "map see the flag cleared, and set it.",
            LitmusVerdict.Never,
            "dma_io_tlb_dyn_slots=1; dma_io_tlb_have_dyn=1",
            [
                new(
                    "swiotlb_dyn_unmap() of the other buffer",
                    Take,
                    "r0 = READ_ONCE(*dma_io_tlb_dyn_slots);",
                    "if (r0 == 1)",
                    "\tsmp_store_release(dma_io_tlb_have_dyn, 0);",
                    "WRITE_ONCE(*dma_io_tlb_dyn_slots, r0 - 1);",
                    Release),
                new(
                    Map,
                    Take,
                    "r0 = READ_ONCE(*dma_io_tlb_dyn_slots);",
                    "WRITE_ONCE(*dma_io_tlb_dyn_slots, r0 + 1);",
                    "r1 = READ_ONCE(*dma_io_tlb_have_dyn);",
                    "if (r1 == 0)",
                    "\tsmp_store_release(dma_io_tlb_have_dyn, 1);",
                    Release,
                    "smp_mb();",
                    WriteAddress),
                new(Lookup, ReadAddress, "smp_rmb();", ReadFlag),
            ],
            "2:r0=1 /\\ 2:r1=0"),
        new(
            "dyn-remove-then-free",
            "As posted: a buffer leaves the list before its page is freed. Who gets the page "
            + "next, and maps it itself, does not find the old buffer in its place.",
            LitmusVerdict.Never,
            "dma_io_tlb_dyn_slots=1",
            [
                new(
                    "swiotlb_dyn_unmap(), dma_direct_free_pages()",
                    Take,
                    "WRITE_ONCE(*dma_io_tlb_dyn_slots, 0);",
                    Release,
                    "spin_lock(zone_lock);",
                    "WRITE_ONCE(*page_free, 1);",
                    "spin_unlock(zone_lock);"),
                NextOwner,
            ],
            "1:r0=1 /\\ 1:r1=1"),
        new(
            "dyn-free-then-remove",
            "The other way round: the page's next owner finds a buffer that is none.",
            LitmusVerdict.Sometimes,
            "dma_io_tlb_dyn_slots=1",
            [
                new(
                    "dma_direct_free_pages() before list_del()",
                    "spin_lock(zone_lock);",
                    "WRITE_ONCE(*page_free, 1);",
                    "spin_unlock(zone_lock);",
                    Take,
                    "WRITE_ONCE(*dma_io_tlb_dyn_slots, 0);",
                    Release),
                NextOwner,
            ],
            "1:r0=1 /\\ 1:r1=1"),
    ];

    private static LitmusThread NextOwner => new(
        "alloc_pages(), then lookup_dyn_slot() of that page",
        "spin_lock(zone_lock);",
        "r0 = READ_ONCE(*page_free);",
        "spin_unlock(zone_lock);",
        Take,
        "r1 = READ_ONCE(*dma_io_tlb_dyn_slots);",
        Release);
}
