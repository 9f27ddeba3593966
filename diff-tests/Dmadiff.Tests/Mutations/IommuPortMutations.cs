// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Mutations;

/// <summary>Mistakes that somebody could make in the port of the IOMMU core, of flush queues
/// and of dma-iommu.</summary>
internal static class IommuPortMutations
{
    public static IEnumerable<PortMutation> InCore() =>
    [
        new("pages need not be aligned to their size",
            @"UpTo\(BitOperations\.TrailingZeroCount\(merged\)\)", "ulong.MaxValue"),
        new("small pages go on where a larger one fits",
            @"offset \+ next <= size\)", "offset + next < size)"),
        new("a larger page is tried though only one address suits it",
            @"bool alike = [^;]+;", "bool alike = true;"),
        new("what was mapped stays when the driver refuses a page",
            @"Unmap\(domain, iova, done\);", "_ = done;"),
        new("a list's entries are mapped one by one",
            @"\(atEnd \|\| list\[i\]\.Phys != start \+ length\)", "(atEnd || length != 0)"),
        new("unmapping stops after the first pages",
            @"while \(unmapped < size\)", "while (unmapped == 0 && size != 0)"),
        new("unmapping takes odd sizes",
            @"\(\(iova \| size\) & \(smallest - 1\)\)", "(iova & (smallest - 1))"),
        new("mapping takes odd physical addresses",
            @"\(\(iova \| phys \| size\) & ", "((iova | size) & "),
        new("pages of other sizes are gathered together",
            @"\(PageBytes != 0 && PageBytes != size\) \|\| ", ""),
        new("a map does not tell the driver that it is done",
            @"domain\.SyncMap\(iova, size\);", ";"),
    ];

    public static IEnumerable<PortMutation> InFlushQueues() =>
    [
        new("a queue is full one early", @"Next\(_tail\) == _head", "Next(Next(_tail)) == _head"),
        new("a queue has half its places", @"PerCpuPlaces = 256;", "PerCpuPlaces = 128;"),
        new("the timer comes one tick late", @"PerCpuTimeout = 10;", "PerCpuTimeout = 11;"),
        new("the timer runs but once",
            @"cookie\.TimerIsOn = false;", "cookie.TimerIsOn = true;"),
        new("a full queue is not flushed", @"if \(queue\.IsFull\(\)\)", "if (false)"),
        new("IOVAs are free before a flush has ended",
            @"FlushesStarted < cookie\.FlushesFinished",
            "FlushesStarted <= cookie.FlushesFinished"),
        new("all CPUs use one queue",
            @"cookie\.Queues\[_machine\.Cpus\.Current\]", "cookie.Queues[0]"),
        new("the timer empties one queue",
            @"foreach \(FlushQueue queue in cookie\.Queues\)",
            "foreach (FlushQueue queue in cookie.Queues[..1])"),
        new("a flush is not carried out", @"domain\.FlushAll\(\);\s+cookie", "cookie"),
        new("a strict domain queues",
            @"domain\.Type == IommuDomainType\.DmaFlushQueue\)",
            "domain.Type != IommuDomainType.Identity)"),
    ];

    public static IEnumerable<PortMutation> InDmaIommu() =>
    [
        new("the offset in a granule is lost", @"return iova \+ offset;", "return iova;"),
        new("IOVAs are one granule short",
            @"size = iovas\.Align\(size \+ offset\);\s+ulong iova =",
            "size = iovas.Align(size); ulong iova ="),
        new("IOVAs leak when the core fails",
            @"FreeIova\(domain, iova, size, queued: false\);\s+return Swiotlb",
            "return Swiotlb"),
        new("PCI devices are given high IOVAs", @"client\.PrefersLowAddresses\)", "false)"),
        new("padding before a mapping is not cleared", @"Clear\(start, bounced\);", ";"),
        new("padding behind a mapping is not cleared",
            @"Clear\(bounced \+ size, iovas\.Align\(bounced \+ size\)\);", ";"),
        new("whole granules are bounced, too",
            @"\(\(phys \| size\) & IovasOf\(dev\)\.OffsetMask\) != 0", "size != 0"),
        new("a segment crosses its boundary",
            @"padding < length - 1", "padding < length / 2"),
        new("segments are never joined",
            @"bool continues = current != 0", "bool continues = false"),
        new("segments are joined beyond the longest",
            @"longest - current >= length", "longest >= length"),
        new("a list's first entry is unmapped alone",
            @"UnmapRange\(dev, list\[0\]\.DmaAddress, end - list\[0\]\.DmaAddress\)",
            "UnmapRange(dev, list[0].DmaAddress, list[0].DmaLength)"),
        new("memory stays mapped when it is freed",
            @"UnmapRange\(dev, iova, size\);(\s+if \(_pieces\.)", "$1"),
        new("bounced slots are kept",
            @"(UnmapRange\(dev, iova, size\);\s+)Unbounce\(dev, phys, size, dir, attrs\);",
            "$1"),
    ];
}
