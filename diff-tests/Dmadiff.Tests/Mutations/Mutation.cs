// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.RealKernels;

namespace Dmadiff.Tests.Mutations;

/// <summary>A mistake that somebody could make in swiotlb.c.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Old">The edit to 6.1, or null where there is no such code.</param>
/// <param name="New">The edit to 6.12, or null where there is no such code.</param>
internal sealed record Mutation(string Name, SourceEdit? Old, SourceEdit? New)
{
    private const string SearchOld = "swiotlb_do_find_slots";
    private const string SearchNew = "swiotlb_search_pool_area";
    private const string Release = "swiotlb_release_slots";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        // Alignment.
        Both("slot offset keeps one bit too few", "swiotlb_align_offset",
            @"IO_TLB_SIZE - 1", "IO_TLB_SIZE / 2 - 1"),
        Search("alignment of an allocation is a page at least",
            @"\|= \(IO_TLB_SIZE - 1\)", "|= (PAGE_SIZE - 1)"),
        OldOnly("a page-sized mapping need not be page-aligned", SearchOld,
            @"alloc_size >= PAGE_SIZE", "alloc_size > PAGE_SIZE"),
        NewOnly("a page-sized mapping need not be page-aligned", SearchNew,
            @"alloc_size >= PAGE_SIZE", "alloc_size > PAGE_SIZE"),
        NewOnly("padding is not taken into the size", "swiotlb_tbl_map_single",
            @"mapping_size \+ offset", "mapping_size"),

        // The search.
        Both("area wraps one slot late", "wrap_area_index", @"index >= ", "index > "),
        Search("a run that just fits is passed over", @"\.list >= nslots", ".list > nslots"),
        Search("boundary check is one slot short",
            @"_boundary\(slot_index, nslots", "$0 - 1"),
        Search("an area that just has room is passed over",
            @"nslots > (?=\w+->area_nslabs)", "nslots >= "),
        Both("every CPU starts at area 0", "swiotlb_find_slots",
            @"raw_smp_processor_id\(\) &", "0 &"),
        Both("the last area is never searched", "swiotlb_find_slots",
            @"\+\+i >= (\w+)->nareas", "++i >= $1->nareas - 1"),
        NewOnly("a stride is counted twice", SearchNew,
            @"slots_checked \+= stride", "slots_checked += 2 * stride"),

        // Taking and giving back.
        Search("taken slots count as one", @"used \+= nslots", "used += 1"),
        Search("a slot's rest is its neighbour's", @"i - slot_index\)", "i + 1 - slot_index)"),
        Search("free slots before are counted from one", @"count = 0", "count = 1"),
        Search("search goes on behind a gap", @"(->index = .*)index \+ nslots(.*;)",
            "$1index + nslots + 1$2"),
        Both("used slots are not given back", Release, @"used -= nslots", "used -= 0"),
        Both("merge crosses the segment's end", Release, @"nslots < ALIGN", "nslots <= ALIGN"),
        Both("merge stops one slot early", Release,
            @"!= IO_TLB_SEGSIZE - 1", "!= 0"),
        Both("last slot is not freed", Release, @"index \+ nslots - 1;", "index + nslots - 2;"),
        Both("freed slots keep their size", Release, @"alloc_size = 0", "alloc_size = 1"),
        NewOnly("padding is not freed", Release, @"index -= ", "index -= 0 * "),
        NewOnly("freed slots keep their padding", Release,
            @"\.pad_slots = 0", ".pad_slots += 0"),

        // Copying.
        Both("one byte too few to the device", "swiotlb_bounce",
            @"orig_addr\), size\)", "orig_addr), size - 1)"),
        Both("one byte too few from the device", "swiotlb_bounce",
            @"vaddr, size\);(?=\s*\})", "vaddr, size - 1);"),
        Both("directions are mixed up", "swiotlb_bounce",
            @"else if \(dir == DMA_TO", "else if (dir != DMA_TO"),
        Both("an overlong copy is cut one byte short", "swiotlb_bounce",
            @"\bsize = alloc_size", "size = alloc_size - 1"),
        Both("all slots hold the first one's address", "swiotlb_tbl_map_single",
            @"slot_addr\(orig_addr, i\)", "slot_addr(orig_addr, 0)"),
        Renamed("bidirectional mappings are not copied back", "swiotlb_tbl_unmap_single",
            @"DMA_BIDIRECTIONAL", "DMA_NONE"),
        Renamed("unmap copies when told not to", "swiotlb_tbl_unmap_single",
            @"!\(attrs & DMA_ATTR_SKIP_CPU_SYNC\)", "true"),
        Renamed("sync for the CPU is skipped", "swiotlb_sync_single_for_cpu",
            @"dir == DMA_FROM_DEVICE \|\|", ""),
        Renamed("sync for the device is skipped", "swiotlb_sync_single_for_device",
            @"dir == DMA_TO_DEVICE \|\|", ""),

        // Pools and figures.
        Both("an unreachable bounce is kept", "swiotlb_map",
            @"!dma_capable", "!true || 0 * dma_capable"),
        Both("the longest mapping is longer than a segment", "swiotlb_max_mapping_size",
            @"- min_align", "+ min_align"),
        Both("areas are not limited to what the slots fill", "limit_nareas",
            @"nslots < ", "false && nslots < "),
        Both("an uneven number of areas", "swiotlb_adjust_nareas",
            @"roundup_pow_of_two\(nareas\)", "nareas"),
        NewOnly("high-water mark goes down", "inc_used_and_hiwater",
            @"new_used <= old_hiwater", "new_used >= old_hiwater"),
        NewOnly("used count only grows", "dec_used", @"_sub\(nslots", "_sub(0"),
        NewOnly("high-water mark may be set to anything", "io_tlb_hiwater_set",
            @"val != 0", "false"),
    ];

    public SourceEdit? For(string kernel) => kernel == Kernels.Old ? Old : New;

    private static Mutation Both(
        string name, string function, string pattern, string replacement)
    {
        var edit = new SourceEdit(function, pattern, replacement);
        return new Mutation(name, edit, edit);
    }

    private static Mutation Search(string name, string pattern, string replacement) => new(
        name,
        new SourceEdit(SearchOld, pattern, replacement),
        new SourceEdit(SearchNew, pattern, replacement));

    /// <summary>6.12 has underscores before the names of what headers now wrap.</summary>
    private static Mutation Renamed(
        string name, string function, string pattern, string replacement) => new(
        name,
        new SourceEdit(function, pattern, replacement),
        new SourceEdit("__" + function, pattern, replacement));

    private static Mutation OldOnly(
        string name, string function, string pattern, string replacement) =>
        new(name, new SourceEdit(function, pattern, replacement), null);

    private static Mutation NewOnly(
        string name, string function, string pattern, string replacement) =>
        new(name, null, new SourceEdit(function, pattern, replacement));
}
