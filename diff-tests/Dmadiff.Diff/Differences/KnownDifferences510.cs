// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;

namespace Dmadiff.Diff.Differences;

/// <summary>What is known to have changed in swiotlb between 5.10 and 6.1. The first entry that
/// applies is taken.</summary>
public static class KnownDifferences510
{
    /// <summary>The entries, in the order in which they are tried.</summary>
    public static IReadOnlyList<KnownDifference> Catalogue { get; } =
    [
        new(
            "restricted-pools",
            "rmem_swiotlb_setup",
            "The newer code makes restricted pools of reserved memory and ties devices to "
            + "them. The older knows no such thing, so that nothing that needs one can be "
            + "compared.",
            c => c.Divergence.AtBoot && c.Divergence.Operation == "boot pool"),
        new(
            "any-address",
            "swiotlb_memblock_alloc",
            "The newer code may be told to take the pool from memory at any address "
            + "(SWIOTLB_ANY). The older has no such flag, and always takes low memory.",
            c => AtBoot(c, "boot machine") && c.Divergence.Left.Status == AbiStatus.Errno
                && c.Trace.Setup.Machine.Flags.HasFlag(AbiMachineFlag.SwiotlbAny)),
        new(
            "xen-without-memory",
            "xen_swiotlb_init",
            "A guest of Xen that has no memory for its pool makes a smaller one in the newer "
            + "code. The older panics at boot.",
            c => AtBoot(c, "boot machine") && c.Divergence.Left.Status == AbiStatus.Crash
                && c.Trace.Setup.Machine.Flags.HasFlag(AbiMachineFlag.Xen)),
        new(
            "late-init-size",
            "swiotlb_init_late",
            "A pool that is made late has the size of the command line in the older code, "
            + "if there is one. In the newer it has the size that the caller asks for, which "
            + "may be too small to make a pool of.",
            c => AtBoot(c, "boot machine") && IsLate(c) && c.Group != FieldGroup.Log),
        new(
            "boot-messages",
            "swiotlb_adjust_nareas, swiotlb_memblock_alloc",
            "The newer code says into how many areas it divides the pool, and words it "
            + "differently when there is no memory for one.",
            c => c.Divergence.AtBoot && c.Group == FieldGroup.Log),
        new(
            "area-number",
            "setup_io_tlb_npages",
            "The newer code takes a second number in \"swiotlb=\", that of areas. The older "
            + "does not expect one and overlooks the \"force\" or \"noforce\" behind it: "
            + "what is bounced then, and what is not, is different.",
            c => HasAreaNumberAndMore(c)),
        new(
            "noforce-pool",
            "setup_io_tlb_npages, swiotlb_init_remap",
            "With \"swiotlb=noforce\" the newer code makes no pool. The older makes one of a "
            + "single segment, which takes memory and limits what dma_max_mapping_size() "
            + "promises.",
            c => Value(c).EndsWith("noforce", StringComparison.Ordinal)),
        new(
            "mapping-without-pool",
            "swiotlb_tbl_map_single",
            "Without a pool the newer code refuses a mapping that has to be bounced, and "
            + "passes others straight through even if everything was to be bounced. The "
            + "older panics, follows a NULL pointer, or says that the pool is full.",
            LacksPool),
        new(
            "pool-on-demand",
            "swiotlb_init_remap",
            "Where all memory is within reach of devices the newer code makes no pool, even "
            + "if the architecture wants everything bounced. The older makes one whenever it "
            + "is called, and its pool limits what dma_max_mapping_size() promises.",
            c => c.Divergence.Kind == AbiOpKind.MaxMappingSize
                && !c.Trace.Setup.Machine.Flags.HasFlag(AbiMachineFlag.AddressingLimit)),
        new(
            "resource-in-memory",
            "dma_map_resource",
            "The older code warns and refuses when a resource that is to be mapped lies "
            + "where memory is. The newer leaves that to the caller.",
            c => c.Divergence is { Kind: AbiOpKind.MapResource,
                Left.Status: AbiStatus.MappingError, Right.Status: AbiStatus.Ok }),
        new(
            "optimal-size",
            "dma_opt_mapping_size",
            "The newer code tells the size up to which mapping is fastest. The older has no "
            + "such call.",
            c => c.Divergence.Kind == AbiOpKind.OptMappingSize && c.LeftHasNone),
        new(
            "separate-magazines",
            "iova_domain_init_rcaches",
            "The newer code makes the magazines of an IOVA domain by a call of their own, so "
            + "that a domain can be without. In the older every domain has them.",
            c => c.Divergence.Kind == AbiOpKind.IovaInit && c.LeftHasNone),
        new(
            "range-rounding",
            "alloc_iova_fast",
            "The newer code rounds up to a power of two how many pages it takes for a range "
            + "that its caches can hold. The older leaves that to its callers: it takes what "
            + "it is asked for, and puts it with longer ranges when it is freed, so that the "
            + "next to ask may get less than it wants, and the rest is another's.",
            c => c.Divergence.Kind is AbiOpKind.IovaAlloc or AbiOpKind.IovaAllocFast
                or AbiOpKind.IovaReserve or AbiOpKind.IovaFind or AbiOpKind.IovaFree
                && c.TookOddRangeBefore),
        new(
            "depot-kept",
            "free_global_cached_iovas",
            "When no range is left the newer code also gives back what the depots hold, "
            + "before it tries once more. The older empties the magazines of CPUs alone.",
            c => c.Divergence is { Kind: AbiOpKind.IovaAllocFast,
                    Left.Status: AbiStatus.MappingError, Right.Status: AbiStatus.Ok }
                && c.FreedFastBefore > 2 * MagazineSize),
        new(
            "no-second-search",
            "__alloc_and_insert_iova_range",
            "A search for a range begins where the last one ended, and goes down. When it "
            + "has come to the start of the domain, the newer code tries once more from the "
            + "limit, where ranges may have been freed, or aligned ones left room. The "
            + "older gives up.",
            c => c.Divergence is { Kind: AbiOpKind.IovaAlloc or AbiOpKind.IovaAllocFast,
                Left.Status: AbiStatus.MappingError, Right.Status: AbiStatus.Ok }),
        new(
            "magazine-size",
            "__iova_rcache_insert",
            "A magazine of the newer code holds 127 IOVAs, so that it fills a power of two "
            + "of memory. The older's holds 128, is full one later, and so is the depot "
            + "from which other CPUs take.",
            c => c.Divergence.Kind == AbiOpKind.IovaAllocFast && c.Group == FieldGroup.Address
                && c.FreedFastBefore >= MagazineSize),
        new(
            "map-pages",
            "__iommu_map_pages",
            "The newer core hands the IOMMU's driver all pages of one size in one call. The "
            + "older calls it for each.",
            c => c.Divergence.Kind == AbiOpKind.IotlbRead && c.Group == FieldGroup.Value),
        new(
            "refused-list",
            "__iommu_map_sg",
            "The newer core tells by an error why it could not map a list. The older tells "
            + "that 0 bytes are mapped.",
            c => c.Divergence is { Kind: AbiOpKind.IommuMapSg,
                Left.Status: AbiStatus.MappingError, Right.Status: AbiStatus.Errno }),
        new(
            "untrusted-bounce",
            "iommu_dma_map_page",
            "Behind an IOMMU the newer code bounces for an untrusted device whatever does "
            + "not fill its pages, so that nothing beside it can be read. The older maps the "
            + "buffer's own pages: only the driver of Intel's IOMMU bounced. So the newer "
            + "promises such a device no more than what can be bounced.",
            c => c.Divergence.Kind is AbiOpKind.Map or AbiOpKind.MapSg or AbiOpKind.SgAddress
                or AbiOpKind.MaxMappingSize && IsUntrusted(c)),
        new(
            "queued-when-refused",
            "iommu_dma_free_iova",
            "When the IOMMU's driver refuses what dma-iommu wants mapped, the newer code "
            + "gives the IOVAs back at once. The older puts them into the flush queue of a "
            + "lazy domain, so that they are free later, and the next mapping lies elsewhere.",
            c => (c.Makes || c.TellsSegments || c.Divergence.Kind == AbiOpKind.Alloc)
                && c.Group == FieldGroup.Address && c.IommuRefusesBefore
                && DeviceOf(c).Iommu == AbiIommuMode.Lazy),
        new(
            "slot-tables",
            "swiotlb_init_remap",
            "The newer code keeps one table of what it knows of a slot, the older two of "
            + "other sizes. What is taken from memory after they were made lies elsewhere.",
            c => c.Divergence.Kind is AbiOpKind.Alloc or AbiOpKind.PoolAlloc
                && c.Group == FieldGroup.Address),
        new(
            "search-never-ends",
            "find_slots, now swiotlb_do_find_slots",
            "The search of both can go round for ever for a device whose minimum alignment "
            + "needs an odd slot. The newer comes to it by other sequences, since it searches "
            + "area by area.",
            c => c.Makes && c.MinAlign > 0x7ff && (c.Divergence.Left.Status == AbiStatus.Crash)
                != (c.Divergence.Right.Status == AbiStatus.Crash)),
        new(
            "alloc-alignment",
            "swiotlb_tbl_map_single",
            "The newer code takes an alignment for the place in the pool, and strides by it. "
            + "The older has no such argument.",
            c => c.Makes && c.AllocAlign != 0),
        new(
            "sync-behind-offset",
            "swiotlb_bounce",
            "A partial sync may begin in a later slot, before the offset that the mapping has "
            + "in its first slot. The older code copies. The newer takes it for an access "
            + "before the start of the mapping, warns and copies nothing: the only one of "
            + "these changes that takes something away from a driver that keeps to the API.",
            c => c.Copies && c.SlotOffset != 0 && c.Op.Offset != 0 && !LeavesMapping(c)),
        new(
            "sync-beyond-end",
            "swiotlb_bounce",
            "A sync that leaves its mapping is noticed by the newer code, which warns or "
            + "shortens it. The older copies what lies behind, or nothing if the slot is "
            + "free.",
            c => c.Copies && LeavesMapping(c)),
        new(
            "pool-rounding",
            "round_up_default_nslabs",
            "The newer code rounds the number of slots up to a power of two, to divide them. "
            + "The older makes the pool as large as it is asked to be.",
            c => (c.Makes || c.TellsSegments) && c.Group == FieldGroup.Address
                && !ulong.IsPow2(c.AskedSlots)),
        new(
            "areas",
            "find_slots, now swiotlb_do_find_slots",
            "The newer code divides the pool into areas, and begins to search in that of the "
            + "CPU. It makes a small pool larger, so that each area has a segment. Mappings go "
            + "elsewhere, and the largest that can be had may be smaller.",
            c => (c.Makes || c.TellsSegments) && !IsIova(c)
                && (c.Trace.Setup.Machine.Cpus > 1 || HasAreaNumber(c))),
    ];

    // Of the newer code.
    private const int MagazineSize = 127;

    private static bool AtBoot(DifferenceContext context, string step) =>
        context.Divergence.AtBoot && context.Divergence.Operation == step;

    private static bool IsLate(DifferenceContext context) =>
        context.Trace.Setup.Machine.Flags.HasFlag(AbiMachineFlag.LateInit);

    private static bool LeavesMapping(DifferenceContext context) =>
        context.Maker is { } maker && context.Op.Offset + context.Op.Size > maker.Size;

    // Passed straight through, or refused with nothing in use.
    private static bool LacksPool(DifferenceContext context)
    {
        var (left, right) = (context.Divergence.Left, context.Divergence.Right);
        var maps = context.Divergence.Kind == AbiOpKind.MapSg
            || (context.Makes && context.Op.Size != 0);
        return maps && right.Status switch
        {
            AbiStatus.Ok => right.Area == AbiConstants.None
                && left.Status is AbiStatus.Crash or AbiStatus.MappingError,
            AbiStatus.MappingError => right.Used == 0
                && (left.Status == AbiStatus.Crash || context.Group == FieldGroup.Log),
            _ => false,
        };
    }

    // What stands behind swiotlb= on the command line.
    private static string Value(DifferenceContext context)
    {
        const string parameter = "swiotlb=";
        return context.Trace.Setup.Cmdline.Split(' ')
            .LastOrDefault(w => w.StartsWith(parameter, StringComparison.Ordinal))
            ?[parameter.Length..] ?? string.Empty;
    }

    private static bool HasAreaNumberAndMore(DifferenceContext context) =>
        HasAreaNumber(context) && Value(context).Split(',').Length > 2;

    private static bool HasAreaNumber(DifferenceContext context)
    {
        var parts = Value(context).Split(',');
        return parts.Length > 1 && parts[1].All(char.IsAsciiDigit);
    }

    // What is told is not where memory is.
    private static bool IsIova(DifferenceContext context) => !context.Divergence.AtBoot
        && DeviceOf(context).Iommu is AbiIommuMode.Strict or AbiIommuMode.Lazy;

    private static AbiDevice DeviceOf(DifferenceContext context) =>
        context.Device ?? context.Trace.Setup.Devices[context.Op.Device];

    private static bool IsUntrusted(DifferenceContext context) =>
        context.Trace.Setup.Devices[context.Op.Device].IommuFlags.HasFlag(
            AbiIommuFlag.Untrusted);
}
