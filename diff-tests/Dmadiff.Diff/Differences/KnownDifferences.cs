// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;

namespace Dmadiff.Diff.Differences;

/// <summary>What is known to have changed in swiotlb between 6.1 and 6.12. The first entry
/// that applies is taken, so special ones come before general ones.</summary>
public static class KnownDifferences
{
    /// <summary>The entries, in the order in which they are tried.</summary>
    public static IReadOnlyList<KnownDifference> Catalogue { get; } =
    [
        new(
            "hiwater-file",
            "swiotlb_create_debugfs_files",
            "The newer code keeps a high-water mark of used slots and offers it in debugfs "
            + "as io_tlb_used_hiwater, which may be reset by writing 0. The older has no "
            + "such file.",
            c => c.Divergence.Kind is AbiOpKind.DebugfsRead or AbiOpKind.DebugfsWrite
                && c.Op.Arg == (ulong)AbiDebugfsFile.UsedHiwater),
        new(
            "pool-too-small",
            "swiotlb_init_remap",
            "When the pool cannot be had at full size and shrinks, the older code computes "
            + "a smaller number of areas and then uses the old one, so that areas become "
            + "smaller than a segment. The newer code uses what it computed.",
            c => (c.Divergence.AtBoot && c.Divergence.Operation == "boot machine"
                    && c.PoolShrinks)
                || (c.Makes && c.PoolShrinks && c.Device?.Pool == 0
                    && c.MinAlign == 0 && c.AllocAlign == 0)),
        new(
            "search-never-ends",
            "swiotlb_do_find_slots, now swiotlb_search_pool_area",
            "The older search stops only when it meets the index it began with, which is a "
            + "multiple of the stride. A device whose minimum alignment needs an odd slot "
            + "moves it off the multiples, and in a crowded area it goes round for ever. "
            + "The newer search counts the slots it has looked at.",
            c => c.Makes && c.MinAlign > 0x7ff && c.Divergence.Left.Status == AbiStatus.Crash
                && c.Divergence.Right.Status is AbiStatus.Ok or AbiStatus.MappingError
                && c.Op.Size != 0),
        new(
            "alloc-by-order",
            "swiotlb_alloc",
            "The newer code aligns pages from a pool to the order of their size "
            + "and refuses an address inside a page. The older aligns only to a page, and "
            + "only from a page in size on, so that a crowded pool may still have room.",
            c => c.Divergence.Kind == AbiOpKind.SwiotlbAlloc
                || (c.Divergence.Kind == AbiOpKind.Alloc
                    && c.Group is FieldGroup.Address or FieldGroup.Status
                    && c.Trace.Setup.Devices[c.Op.Device].Pool > 0)),
        new(
            "scatterlist-places",
            "swiotlb_do_find_slots, now swiotlb_search_pool_area",
            "Each segment of a scatterlist that is bounced is placed as a mapping of its own, "
            + "so that all that changed in the search for places shows in lists too: in the "
            + "addresses, in messages that name them, and in what else the slots hold.",
            c => c.Divergence.Kind == AbiOpKind.SgAddress
                || (c.Divergence.Kind == AbiOpKind.MapSg && c.Group == FieldGroup.Log)
                || (c.Divergence.Kind == AbiOpKind.UnmapSg && c.Group == FieldGroup.Data
                    && c.AlignedBefore)),
        new(
            "pool-page-leak",
            "atomic_pool_expand",
            "When an atomic pool grows and the new chunk cannot be noted, as memory for its "
            + "bitmap is short, the older code frees the pages. The newer forgets them: they "
            + "are lost, and later allocations lie elsewhere.",
            c => c.PoolGrowthFailedBefore
                && c.Divergence.Kind is AbiOpKind.Alloc or AbiOpKind.PoolAlloc),
        new(
            "large-alignment-warning",
            "swiotlb_tbl_map_single",
            "The newer code warns once when an allocation is to be aligned to more than a "
            + "page, since a mapping near the maximum size may then find no place.",
            c => c.Makes && c.Group == FieldGroup.Log && c.AllocAlign > 0xfff
                && c.Divergence.Left.Status == c.Divergence.Right.Status),
        new(
            "force-without-pool",
            "swiotlb_init_remap, swiotlb_init_late",
            "The newer code notes that everything is to be bounced before it has a pool. "
            + "When there is none in the end, mappings fail that the older code passes "
            + "straight through.",
            c => c.Divergence.Kind is AbiOpKind.Map or AbiOpKind.MapSg
                && c.Divergence.Right is { Status: AbiStatus.MappingError, Used: 0 }
                && (c.Divergence.Left.Status == AbiStatus.Ok
                    || c.Trace.Setup.Machine.Flags.HasFlag(AbiMachineFlag.LateInit))),
        new(
            "padding-slots",
            "swiotlb_align_offset, swiotlb_tbl_map_single",
            "When both an allocation alignment and a minimum alignment above a slot are "
            + "asked for, the newer code puts whole padding slots before the mapping to "
            + "keep both. The older can keep only one of them.",
            c => c.Makes && c.AllocAlign > 0x7ff && c.MinAlign > 0x7ff),
        new(
            "full-message-size",
            "swiotlb_tbl_map_single",
            "The \"buffer is full\" message of the newer code tells the size with the "
            + "bytes skipped for alignment; that of the older tells it without them.",
            c => c.Makes && c.Group == FieldGroup.Log
                && c.Divergence.Left.Status == AbiStatus.MappingError
                && c.Divergence.Right.Status == AbiStatus.MappingError
                && (c.SlotOffset != 0 || c.AllocAlign != 0)),
        new(
            "alloc-alignment",
            "swiotlb_do_find_slots, now swiotlb_search_pool_area",
            "The newer code checks each candidate address against the allocation "
            + "alignment. The older only strides by it from the start of the area, which "
            + "is not enough when the pool itself is aligned to less.",
            c => c.Makes && c.AllocAlign > 0x7ff),
        new(
            "search-start",
            "swiotlb_do_find_slots, now swiotlb_search_pool_area",
            "For a device with a minimum alignment the older code begins its search at "
            + "the next multiple of the stride, and doubles the stride from a page in size "
            + "on. The newer begins where the last search ended, so that it finds places "
            + "which the older steps over.",
            c => (c.Makes || c.TellsSegments) && c.MinAlign > 0x7ff),
        new(
            "page-alignment",
            "swiotlb_do_find_slots, now swiotlb_search_pool_area",
            "The older code begins any mapping of a page or more on a page. The newer does so "
            + "only where neither the device nor the call asks for an alignment.",
            c => c.Makes && (c.MinAlign != 0 || c.AllocAlign != 0)
                && ((c.Op.Size + c.AllocAlign) & ~c.AllocAlign) + c.SlotOffset >= 4096),
        new(
            "rounded-size",
            "swiotlb_tbl_map_single",
            "With an allocation alignment the older code adds the bytes skipped for minimum "
            + "alignment to a size that its caller has rounded up, and takes a slot more. "
            + "The newer rounds the sum, so that later mappings find other places.",
            c => c.Makes && c.RoundedBefore),
        new(
            "sync-behind-offset",
            "swiotlb_bounce",
            "A partial sync may begin in a later slot, before the offset that the mapping "
            + "has in its first slot. The older code takes this for an access before the "
            + "start of the mapping, warns and copies nothing. The newer copies.",
            c => c.Copies && c.SlotOffset != 0 && c.Op.Offset != 0 && !LeavesMapping(c)),
        new(
            "sync-beyond-end",
            "swiotlb_bounce",
            "A sync that begins behind the end of its mapping is noticed by the older "
            + "code, which warns and copies nothing. In the newer the bytes left wrap "
            + "around, and what lies behind is copied.",
            c => (c.Copies && LeavesMapping(c))
                || (c.Divergence.Kind == AbiOpKind.Check && c.LeftMappingBefore)),
        new(
            "tail-segment",
            "swiotlb_init_io_tlb_mem, now swiotlb_init_io_tlb_pool",
            "When a pool is no multiple of a segment, the free list of the older code says "
            + "that its last segment is whole, so that a mapping may reach behind the end "
            + "of the pool. The newer cuts the list short.",
            c => c.Makes && c.Device is { Pool: > 0 } device
                && c.Trace.Setup.Pools[device.Pool - 1].Bytes % (256 << 10) != 0),
        new(
            "earlier-place",
            "swiotlb_do_find_slots, now swiotlb_search_pool_area",
            "An earlier mapping or allocation with an alignment was placed elsewhere, even if "
            + "it failed or has ended since, and left the next search to begin in another slot.",
            c => ((c.Makes && c.Group == FieldGroup.Address) || c.TellsSegments)
                && c.AlignedBefore),
        new(
            "iova-no-memory",
            "free_iova_rcaches",
            "Without memory for the magazines of a new IOVA domain, the older code frees "
            + "those it has got and returns -ENOMEM. The newer code frees those that are "
            + "missing as well, by kmem_cache_free(), which does not take NULL.",
            c => c.Divergence.Kind == AbiOpKind.IovaInit
                && c.Divergence.Right.Status == AbiStatus.Crash),
    ];

    /// <summary>The entry that explains a difference, or null when none does.</summary>
    /// <param name="context">The difference; the left side is the older revision.</param>
    public static KnownDifference? Find(DifferenceContext context) =>
        Catalogue.FirstOrDefault(entry => entry.Applies(context));

    private static bool LeavesMapping(DifferenceContext context) =>
        context.Maker is { } maker && context.Op.Offset + context.Op.Size > maker.Size;
}
