// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>Which events are known, by the names of their trace points.</summary>
internal static class EventNames
{
    /// <summary>What an event tells of.</summary>
    /// <param name="name">Its name without its system.</param>
    /// <param name="payload">What follows it; iommu's events have names that others may have
    /// too.</param>
    public static RecordedEventKind KindOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload)
    {
        if (name.StartsWith("dma_"u8))
        {
            return KindOfDma(name[4..]);
        }

        if (name.SequenceEqual("swiotlb_bounced"u8))
        {
            return RecordedEventKind.Bounced;
        }

        if (name.SequenceEqual("map"u8) && IsIommu(payload))
        {
            return RecordedEventKind.IommuMap;
        }

        if (name.SequenceEqual("unmap"u8) && IsIommu(payload))
        {
            return RecordedEventKind.IommuUnmap;
        }

        return name.SequenceEqual("tracing_mark_write"u8) || name.SequenceEqual("print"u8)
            ? RecordedEventKind.Mark
            : name.SequenceEqual("PERF_RECORD_LOST"u8)
                ? RecordedEventKind.Lost
                : RecordedEventKind.Other;
    }

    /// <summary>Whether it is one of the systems whose events are looked at here: then an
    /// unknown event is news, and not simply somebody else's.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> name) => name.StartsWith("dma_"u8)
        || name.StartsWith("swiotlb_"u8);

    private static bool IsIommu(ReadOnlySpan<byte> payload) =>
        payload.StartsWith("IOMMU:"u8) || payload.IndexOf("iova="u8) >= 0;

    private static RecordedEventKind KindOfDma(ReadOnlySpan<byte> name)
    {
        foreach (var (known, kind) in Table)
        {
            if (name.SequenceEqual(known))
            {
                return kind;
            }
        }

        return RecordedEventKind.Other;
    }

    // The most frequent first.
    private static readonly (byte[] Name, RecordedEventKind Kind)[] Table =
    [
        .. Row(RecordedEventKind.Map, "map_page", "map_phys"),
        .. Row(RecordedEventKind.Unmap, "unmap_page", "unmap_phys"),
        .. Row(RecordedEventKind.SyncForCpu, "sync_single_for_cpu"),
        .. Row(RecordedEventKind.SyncForDevice, "sync_single_for_device"),
        .. Row(RecordedEventKind.MapList, "map_sg"),
        .. Row(RecordedEventKind.UnmapList, "unmap_sg"),
        .. Row(RecordedEventKind.SyncListForCpu, "sync_sg_for_cpu"),
        .. Row(RecordedEventKind.SyncListForDevice, "sync_sg_for_device"),
        .. Row(RecordedEventKind.Allocate, "alloc", "alloc_pages", "alloc_sgt", "alloc_sgt_err"),
        .. Row(RecordedEventKind.Free, "free", "free_pages", "free_sgt"),
        .. Row(RecordedEventKind.Resource, "map_resource", "unmap_resource"),
        .. Row(RecordedEventKind.MapListFailed, "map_sg_err"),
    ];

    private static IEnumerable<(byte[] Name, RecordedEventKind Kind)> Row(
        RecordedEventKind kind, params string[] names) =>
        names.Select(name => (System.Text.Encoding.ASCII.GetBytes(name), kind));
}
