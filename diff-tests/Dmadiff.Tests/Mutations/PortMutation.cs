// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using Dmadiff.Diff.Generators;

namespace Dmadiff.Tests.Mutations;

/// <summary>A mistake that somebody could make in the managed port.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Pattern">Matches once in the source of the port's kernel code.</param>
/// <param name="Replacement">What regular expressions call a replacement.</param>
internal sealed record PortMutation(
    string Name,
    [property: StringSyntax(StringSyntaxAttribute.Regex)] string Pattern,
    string Replacement)
{
    /// <summary>The code that it is in.</summary>
    public GeneratedPart Part { get; init; }

    /// <summary>The machines that it can show on.</summary>
    public MutationGround Ground { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PortMutation> All { get; } =
    [
        .. InIova(),
        .. InIommu(),
        .. DynamicPoolMutations.All,
        .. XenPortMutations.All,
        new("area wraps one slot late", @"index >= pool\.AreaNslabs", "index > pool.AreaNslabs"),
        new("boundary check is one slot short",
            @"return shift \+ nr > boundarySize", "return shift + nr - 1 > boundarySize"),
        new("merge crosses the segment's end",
            @"index \+ nslots < KernelMath\.Align", "index + nslots <= KernelMath.Align"),
        new("used slots are not given back", @"area->Used -= ", "area->Used -= 0 * "),
        new("an overlong copy is cut one byte short",
            @"\bsize = allocSize;", "size = allocSize - 1;"),
        new("bidirectional mappings are not copied back",
            @"(AbiAttr\.None\s+&& dir is AbiDirection\.FromDevice) or AbiDirection\.Bidirectional",
            "$1"),
        new("offset ignores the alignment mask",
            @"\(alignMask \| \(SlotBytes - 1\)\)", "(SlotBytes - 1)"),
        new("all slots hold the first one's address",
            @"SlotAddr\(origAddr, i\)", "SlotAddr(origAddr, 0)"),
        new("used count only grows", @"mem\.TotalUsed -= nslots", "mem.TotalUsed -= 0"),
        new("every CPU starts at area 0", @"_machine\.Cpus\.Current & ", "0 & "),
        new("a list that fails halfway is unmapped but for its last entry",
            @"UnmapSg\(dev, list\[\.\.i\](?=[^;]*;\s+return)",
            "UnmapSg(dev, list[..Math.Max(i - 1, 0)]"),
        new("the first segment of a list is not synced",
            @"(direct_sync_sg_for_cpu[^{]*\{\s+foreach \(ref readonly ScatterEntry sg in )list\)",
            "$1list.Length > 1 ? list[1..] : list)"),
        new("coherent memory is not zeroed",
            @"MappingError && !isCookie\)", "MappingError && isCookie)"),
        new("an atomic pool grows only when empty",
            @"pool\.Available\(\) < _initialBytes\)\s+\{\s+_machine\.Deferred",
            "pool.Available() == 0) { _machine.Deferred"),
        new("the oldest chunk of an atomic pool is looked at first",
            @"_chunks\.Insert\(0, new Chunk\(start, bytes, PageShift\)\)",
            "_chunks.Add(new Chunk(start, bytes, PageShift))"),
        new("an atomic pool aligns to a page only",
            @"KernelMath\.RoundUpPowerOf2\(pages\) - 1", "0"),
        new("coherent pages out of reach are not given back",
            @"_machine\.Pages\.FreePages\(address, order\);(\s+if \(!TryLower)", "$1"),
        new("coherent pages out of reach are not tried lower",
            @"if \(!TryLower\(ref zone, limit\)\)", "if (limit != 0)"),
        new("memory of a device is taken page by page",
            @"TakeFreeRegion\(OrderOf\(size\)\)", "TakeFreeRegion(0)"),
        new("a full device falls back to the page allocator",
            @"(if \(dev\.Coherent is \{ \} own)\)\s+\{\s+return phys = own\.Alloc\(size\);",
            "$1 && own.Alloc(size) is var got and not ulong.MaxValue) { return phys = got;"),
        new("a resource out of reach is mapped",
            @"(IsForceBounce\(dev\)\)\s+\{\s+return Swiotlb\.MappingError;\s+\}\s+if \()",
            "$1size != 0 || "),
        new("a log line has a typo", @"swiotlb buffer is full", "swiotlb buffer is ful"),
    ];

    private static IEnumerable<PortMutation> InIommu() =>
        IommuPortMutations.InCore()
            .Concat(IommuPortMutations.InFlushQueues())
            .Concat(IommuPortMutations.InDmaIommu())
            .Select(mutation => mutation with { Part = GeneratedPart.Iommu });

    private static IEnumerable<PortMutation> InIova() => new PortMutation[]
    {
        new("IOVA limit is one page short",
            @"limitPfn \+ 1, range, sizeAligned", "limitPfn, range, sizeAligned"),
        new("size alignment is half of what it is to be",
            @"alignMask <<= 64 -", "alignMask <<= 63 -"),
        new("the search for an IOVA is not tried again",
            @"lowPfn != StartPfn \|\| retryPfn >= limitPfn", "lowPfn == StartPfn"),
        new("a size that failed is never tried again",
            @"range->PfnLo < Dma32BitPfn\)", "range->PfnLo < Dma32BitPfn / 2)"),
        new("a limit of 4 GiB is one above",
            @"limitPfn <= Dma32BitPfn \? _cached32Node",
            "limitPfn < Dma32BitPfn ? _cached32Node"),
        new("a magazine is full one too early",
            @"_size == Capacity", "_size == Capacity - 1"),
        new("a magazine does not hand out the limit itself",
            @"_pfns\[i\] > limitPfn", "_pfns[i] >= limitPfn"),
        new("the depot holds one more",
            @"Depot\.Count < IovaDepot\.ArrayCapacity", "Depot.Count <= IovaDepot.ArrayCapacity"),
        new("the depot's work comes one tick late", @"DepotDelay = 100;", "DepotDelay = 101;"),
        new("the depot shrinks by one more",
            @"Depot\.Count > _allocator\.Machine", "Depot.Count >= _allocator.Machine"),
        new("ranges that touch by one page do not overlap",
            @"pfnLo <= range->PfnHi &&", "pfnLo < range->PfnHi &&"),
        new("what can be cached is not rounded up", @"size = 1UL << OrderOf\(size\);", ";"),
        new("a CPU that goes keeps its magazines",
            @"machine\.Cpus\.AddDeadCallback\(FreeCpuCached\);", ";"),
        new("an overflowing magazine keeps its ranges",
            @"FreeMagazinePfns\(overflow\);", ";"),
        new("the previous magazine is not looked at",
            @"if \(!IsEmpty\(cpu\.Previous\)\)", "if (false)"),
    }.Select(mutation => mutation with { Part = GeneratedPart.Iova });
}
