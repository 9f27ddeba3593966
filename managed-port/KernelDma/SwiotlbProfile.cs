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
        IgnoresAreaLimitAtBoot = true,
        ListMayLeavePool = true,
        WideList = true,
        TrustsCallersAddress = true,
        SearchEndsWhereItBegan = true,
        ChecksBounceStart = true,
        TakesAllocSize = true,
        LateInitReplacesPool = true,
    };

    /// <summary>Linux 6.12, without CONFIG_SWIOTLB_DYNAMIC.</summary>
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

    /// <summary>The release it follows.</summary>
    public required string Name { get; init; }

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

    /// <summary>The default pool may grow, with CONFIG_SWIOTLB_DYNAMIC; without that option,
    /// the configuration changes nothing. The port does not follow it yet.</summary>
    public bool HasDynamicPools { get; init; }

    /// <summary>Syncs of a coherent device do nothing until it first bounces.</summary>
    public bool SkipsNeedlessSyncs { get; init; }

    /// <summary>
    /// atomic_pool_expand() forgets pages that it could not add to the pool; else it frees
    /// them.
    /// </summary>
    public bool LeaksPagesItCannotPool { get; init; }
}
