// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>What a recorded line tells of.</summary>
internal enum RecordedEventKind
{
    /// <summary>Something that has no place here.</summary>
    Other,

    /// <summary>dma_map_page, dma_map_phys.</summary>
    Map,

    /// <summary>dma_unmap_page, dma_unmap_phys.</summary>
    Unmap,

    /// <summary>dma_map_sg.</summary>
    MapList,

    /// <summary>dma_map_sg_err.</summary>
    MapListFailed,

    /// <summary>dma_unmap_sg.</summary>
    UnmapList,

    /// <summary>dma_sync_single_for_cpu.</summary>
    SyncForCpu,

    /// <summary>dma_sync_single_for_device.</summary>
    SyncForDevice,

    /// <summary>dma_sync_sg_for_cpu.</summary>
    SyncListForCpu,

    /// <summary>dma_sync_sg_for_device.</summary>
    SyncListForDevice,

    /// <summary>dma_alloc and its kin.</summary>
    Allocate,

    /// <summary>dma_free and its kin.</summary>
    Free,

    /// <summary>dma_map_resource, dma_unmap_resource.</summary>
    Resource,

    /// <summary>swiotlb_bounced: the mapping that comes next on this CPU is bounced.</summary>
    Bounced,

    /// <summary>iommu's map.</summary>
    IommuMap,

    /// <summary>iommu's unmap.</summary>
    IommuUnmap,

    /// <summary>tracing_mark_write.</summary>
    Mark,

    /// <summary>The recorder lost events.</summary>
    Lost,
}

/// <summary>One event of a recording. The reader hands out the same object again and again.
/// </summary>
internal sealed class RecordedEvent
{
    /// <summary>What it tells of.</summary>
    public RecordedEventKind Kind { get; set; }

    /// <summary>The line it stands in, from 1.</summary>
    public long Line { get; set; }

    /// <summary>The CPU it happened on.</summary>
    public int Cpu { get; set; }

    /// <summary>When, in nanoseconds of the recorder's clock.</summary>
    public ulong Time { get; set; }

    /// <summary>Number of the device in <see cref="EventReader.Devices"/>, or -1.</summary>
    public int Device { get; set; }

    /// <summary>The address that the device got, or <see cref="AbiConstants.NoAddress"/> when
    /// the mapping failed. For iommu events the IOVA.</summary>
    public ulong DmaAddress { get; set; }

    /// <summary>Physical address; of Bounced too.</summary>
    public ulong Physical { get; set; }

    /// <summary>Bytes.</summary>
    public ulong Size { get; set; }

    /// <summary>Which way data goes; meaningless where <see cref="IsNoDirection"/>.</summary>
    public AbiDirection Direction { get; set; }

    /// <summary>DMA_NONE, which nothing can be mapped for.</summary>
    public bool IsNoDirection { get; set; }

    /// <summary>The attributes that matter here.</summary>
    public AbiAttr Attrs { get; set; }

    /// <summary>The device's mask, of Bounced.</summary>
    public ulong DmaMask { get; set; }

    /// <summary>Everything is bounced by order, of Bounced.</summary>
    public bool IsForced { get; set; }

    /// <summary>Segments of a list, more than the arrays hold when it is truncated.</summary>
    public int Segments { get; set; }

    /// <summary>Events lost, 0 when the recorder does not know how many.</summary>
    public long LostEvents { get; set; }

    /// <summary>Text of a mark.</summary>
    public string Text { get; set; } = "";

    /// <summary>Physical addresses of a list.</summary>
    public List<ulong> PhysicalAddresses { get; } = [];

    /// <summary>Addresses that the device got for a list.</summary>
    public List<ulong> DmaAddresses { get; } = [];

    /// <summary>Bytes of each of them.</summary>
    public List<ulong> Sizes { get; } = [];

    /// <summary>Makes it empty.</summary>
    public void Clear()
    {
        Kind = RecordedEventKind.Other;
        Device = -1;
        DmaAddress = Physical = Size = DmaMask = 0;
        Direction = AbiDirection.Bidirectional;
        IsNoDirection = IsForced = false;
        Attrs = AbiAttr.None;
        Segments = 0;
        LostEvents = 0;
        Text = "";
        PhysicalAddresses.Clear();
        DmaAddresses.Clear();
        Sizes.Clear();
    }
}
