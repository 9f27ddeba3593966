// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// What sets one revision's swiotlb apart from another's. Code asks for a feature, never for
/// a version.
/// </summary>
public sealed record SwiotlbProfile
{
    /// <summary>Linux 6.1.</summary>
    public static SwiotlbProfile V6_1 { get; } = new()
    {
        Name = "6.1",
        LeavesUncachedToArchitecture = true,
        IgnoresAreaLimitAtBoot = true,
        ListMayLeavePool = true,
        WideList = true,
        TrustsCallersAddress = true,
        SearchEndsWhereItBegan = true,
        ChecksBounceStart = true,
        TakesAllocSize = true,
        LateInitReplacesPool = true,
    };

    /// <summary>
    /// Linux 6.1 with "Allow dynamic allocation of software IO TLB bounce buffers", version 2,
    /// by Petr Tesarik, May 2023: all of its seven patches, as they were posted.
    /// </summary>
    public static SwiotlbProfile DynamicSlots { get; } = V6_1 with
    {
        Proposal = "dynamic slots",
        HasDynamicSlots = true,
    };

    /// <summary>The same with the mistakes mended that docs/dynamic-slots.md lists.</summary>
    public static SwiotlbProfile DynamicSlotsMended { get; } = DynamicSlots with
    {
        Proposal = "dynamic slots, mended",
        DynamicSlotsAreMended = true,
    };

    /// <summary>Linux 6.12.</summary>
    public static SwiotlbProfile V6_12 { get; } = new()
    {
        Name = "6.12",
        HasPadSlots = true,
        TracksHiwater = true,
        ForcesBeforeAllocating = true,
        AllocatesWholePages = true,
        SkipsNeedlessSyncs = true,
        HasDynamicPools = true,
        LeaksPagesItCannotPool = true,
    };

    /// <summary>
    /// Linux 6.12 with the idea of "swiotlb: 64-bit DMA buffer", an RFC by Dongli Zhang of
    /// February 2021: one pool below 4 GiB, and one anywhere. Neither grows.
    /// </summary>
    public static SwiotlbProfile LowAndHighPools { get; } = V6_12 with
    {
        Proposal = "low and high pools",
        HasDynamicPools = false,
        HasHighPool = true,
    };

    /// <summary>Linux 7.3.</summary>
    public static SwiotlbProfile V7_3 { get; } = V6_12 with
    {
        Name = "7.3",
        TracksHiwaterOnRequest = true,
        HasForceFlag = false,
        SharesByPool = true,
        FreesPoolsByWork = true,
        MapsByPhysicalAddress = true,
        LeaksPagesItCannotPool = false,
        TellsPagesItCannotPool = true,
        PoolsByZone = true,
        LastByteCounts = true,
        TellsCoherentSizeInKib = true,
    };

    /// <summary>All there are, each release followed by what was proposed for it.</summary>
    public static IReadOnlyList<SwiotlbProfile> All { get; } =
        [V6_1, DynamicSlots, DynamicSlotsMended, V6_12, LowAndHighPools, V7_3];

    /// <summary>
    /// The release as it would be without swiotlb-xen, which was thought of in the discussion
    /// of "swiotlb: 64-bit DMA buffer", February 2021: docs/swiotlb-xen.md.
    /// </summary>
    public SwiotlbProfile WithMachineFrames() => this with
    {
        Proposal = "machine frames in dma-direct",
        LooksUpMachineFrames = true,
    };

    /// <summary>The release it follows.</summary>
    public required string Name { get; init; }

    /// <summary>What was proposed for that release and is followed as well; null for the
    /// release as it is.</summary>
    public string? Proposal { get; init; }

    /// <summary>What reports call it: "6.1", "6.1 with dynamic slots".</summary>
    public string Title => Proposal is null ? Name : $"{Name} with {Proposal}";

    /// <summary>
    /// With "swiotlb=dynamic", mappings of a page and more get pages of their own, which their
    /// device keeps a list of; slots of the pool are for the others, and for when there are
    /// none.
    /// </summary>
    public bool HasDynamicSlots { get; init; }

    /// <summary>
    /// Dynamic slots without their mistakes: an address of none is no bounced one, restricted
    /// devices get none, and pages that a device does not reach are given back for slots.
    /// </summary>
    public bool DynamicSlotsAreMended { get; init; }

    /// <summary>
    /// The boot line may ask for a second pool, which lies anywhere in memory and is for the
    /// devices that reach all of it.
    /// </summary>
    public bool HasHighPool { get; init; }

    /// <summary>
    /// swiotlb_init_remap() works out how many areas fit, then makes the default number of
    /// them all the same: areas may come out smaller than a segment.
    /// </summary>
    public bool IgnoresAreaLimitAtBoot { get; init; }

    /// <summary>
    /// Free-list counts are not clamped at the end of the pool: a pool that is no multiple
    /// of a segment hands out slots that do not exist.
    /// </summary>
    public bool ListMayLeavePool { get; init; }

    /// <summary>io_tlb_slot.list has 32 bits; else 16, with pad_slots beside it.</summary>
    public bool WideList { get; init; }

    /// <summary>Slots remember how many padding slots precede a mapping.</summary>
    public bool HasPadSlots { get; init; }

    /// <summary>
    /// swiotlb unmap and sync work on any address they are given; else they look for a pool
    /// that holds it first, and do nothing without one.
    /// </summary>
    public bool TrustsCallersAddress { get; init; }

    /// <summary>
    /// The slot search ends when it is back where it began (swiotlb_do_find_slots), which an
    /// aligned search may never be; else it counts the slots it has passed
    /// (swiotlb_search_pool_area).
    /// </summary>
    public bool SearchEndsWhereItBegan { get; init; }

    /// <summary>
    /// swiotlb_bounce() gives up when told to copy from before a slot's data, or from
    /// beyond; else the offset may be negative, and is followed.
    /// </summary>
    public bool ChecksBounceStart { get; init; }

    /// <summary>
    /// swiotlb_tbl_map_single() is told the size to allocate; else it works that out from
    /// the alignment.
    /// </summary>
    public bool TakesAllocSize { get; init; }

    /// <summary>swiotlb_init_late() does not mind that there is a pool already.</summary>
    public bool LateInitReplacesPool { get; init; }

    /// <summary>The pool counts its used slots, and keeps the highest count.</summary>
    public bool TracksHiwater { get; init; }

    /// <summary>
    /// Bouncing is forced even when the pool could then not be had; else together with it.
    /// </summary>
    public bool ForcesBeforeAllocating { get; init; }

    /// <summary>swiotlb_alloc() asks for page-aligned slots; else for any.</summary>
    public bool AllocatesWholePages { get; init; }

    /// <summary>There is CONFIG_SWIOTLB_DYNAMIC, with which pools are added when all are full;
    /// else, configuring that changes nothing.</summary>
    public bool HasDynamicPools { get; init; }

    /// <summary>The pool counts its used slots only when "track_hiwater" asks for it.</summary>
    public bool TracksHiwaterOnRequest { get; init; }

    /// <summary>An architecture can have everything bounced: SWIOTLB_FORCE.</summary>
    public bool HasForceFlag { get; init; } = true;

    /// <summary>
    /// Each pool knows whether it is decrypted, and mappings and allocations that want it
    /// otherwise fail (cc_shared); a mapping that needs decrypted memory is out of reach where
    /// it is. Else all memory of pools is decrypted.
    /// </summary>
    public bool SharesByPool { get; init; }

    /// <summary>Pools are freed by work after the grace period; else at its end.</summary>
    public bool FreesPoolsByWork { get; init; }

    /// <summary>
    /// dma_map_phys() is there, and pages and resources are mapped by it: with one warning for
    /// all that is out of reach, and no resources where everything must bounce.
    /// </summary>
    public bool MapsByPhysicalAddress { get; init; }

    /// <summary>Coherent memory of devices that bypass the caches is the architecture's
    /// business where the kernel cannot map it uncached; else there is none.</summary>
    public bool LeavesUncachedToArchitecture { get; init; }

    /// <summary>Atomic pools are made for the zones that have memory, and allocations start at
    /// another zone's when theirs has none.</summary>
    public bool PoolsByZone { get; init; }

    /// <summary>The mask that all of RAM needs reaches its last byte; else its last page.
    /// </summary>
    public bool LastByteCounts { get; init; }

    /// <summary>Messages of a device's own memory count in KiB; else in MiB.</summary>
    public bool TellsCoherentSizeInKib { get; init; }

    /// <summary>
    /// Devices of a guest of Xen go through dma-direct like others, and phys_to_dma() and
    /// dma_to_phys() look machine frames up; else they have swiotlb-xen to themselves.
    /// </summary>
    public bool LooksUpMachineFrames { get; init; }

    /// <summary>Syncs of a coherent device do nothing until it first bounces.</summary>
    public bool SkipsNeedlessSyncs { get; init; }

    /// <summary>
    /// atomic_pool_expand() forgets pages that it could not add to the pool; else it frees
    /// them.
    /// </summary>
    public bool LeaksPagesItCannotPool { get; init; }

    /// <summary>It tells that it could not; else that all is well, as encrypting the pages
    /// again was.</summary>
    public bool TellsPagesItCannotPool { get; init; }
}
