// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>What one line below the declarations does. The words are those of
/// <see cref="OperationSyntax"/>.</summary>
public enum OperationKind
{
    /// <summary>Compare all slot tables, areas and buffers.</summary>
    Check,

    /// <summary>Go on on another virtual CPU.</summary>
    Cpu,

    /// <summary>Let virtual time pass.</summary>
    Time,

    /// <summary>Have an allocation fail.</summary>
    FailAlloc,

    /// <summary>Run the work that is queued.</summary>
    Work,

    /// <summary>A grace period of RCU passes.</summary>
    Rcu,

    /// <summary>The CPU writes a pattern to a buffer.</summary>
    Fill,

    /// <summary>dma_map_page_attrs().</summary>
    Map,

    /// <summary>dma_unmap_page_attrs().</summary>
    Unmap,

    /// <summary>dma_sync_single_for_cpu().</summary>
    SyncForCpu,

    /// <summary>dma_sync_single_for_device().</summary>
    SyncForDevice,

    /// <summary>The device reads by DMA address.</summary>
    DevRead,

    /// <summary>The device writes a pattern by DMA address.</summary>
    DevWrite,

    /// <summary>swiotlb_tbl_map_single().</summary>
    SwiotlbMap,

    /// <summary>swiotlb_tbl_unmap_single().</summary>
    SwiotlbUnmap,

    /// <summary>swiotlb_sync_single_for_cpu().</summary>
    SwiotlbSyncForCpu,

    /// <summary>swiotlb_sync_single_for_device().</summary>
    SwiotlbSyncForDevice,

    /// <summary>swiotlb_alloc().</summary>
    SwiotlbAlloc,

    /// <summary>swiotlb_free().</summary>
    SwiotlbFree,

    /// <summary>dma_max_mapping_size().</summary>
    MaxMappingSize,

    /// <summary>Read a debugfs file of a pool.</summary>
    DebugfsRead,

    /// <summary>Write a debugfs file of a pool.</summary>
    DebugfsWrite,

    /// <summary>init_iova_domain() and its caches.</summary>
    IovaInit,

    /// <summary>put_iova_domain().</summary>
    IovaPut,

    /// <summary>alloc_iova().</summary>
    IovaAlloc,

    /// <summary>free_iova().</summary>
    IovaFree,

    /// <summary>alloc_iova_fast().</summary>
    IovaAllocFast,

    /// <summary>free_iova_fast().</summary>
    IovaFreeFast,

    /// <summary>reserve_iova().</summary>
    IovaReserve,

    /// <summary>find_iova().</summary>
    IovaFind,

    /// <summary>A CPU goes offline.</summary>
    CpuDown,

    /// <summary>A CPU comes back.</summary>
    CpuUp,

    /// <summary>The device reads by an address after its mapping's end.</summary>
    StaleRead,

    /// <summary>The device writes by an address after its mapping's end.</summary>
    StaleWrite,

    /// <summary>iommu_map().</summary>
    IommuMap,

    /// <summary>iommu_map_sg().</summary>
    IommuMapSg,

    /// <summary>iommu_unmap().</summary>
    IommuUnmap,

    /// <summary>iommu_iova_to_phys().</summary>
    IovaToPhys,

    /// <summary>Read a count of a device's IOTLB.</summary>
    IotlbRead,

    /// <summary>iommu_dma_prepare_msi().</summary>
    PrepareMsi,

    /// <summary>Have a map call of the IOMMU driver fail.</summary>
    IommuFail,

    /// <summary>A page of a guest of Xen becomes another domain's.</summary>
    XenForeign,

    /// <summary>The entries of a scatterlist.</summary>
    ScatterList,

    /// <summary>dma_map_sg_attrs().</summary>
    MapSg,

    /// <summary>dma_unmap_sg_attrs().</summary>
    UnmapSg,

    /// <summary>dma_sync_sg_for_cpu().</summary>
    SyncSgForCpu,

    /// <summary>dma_sync_sg_for_device().</summary>
    SyncSgForDevice,

    /// <summary>sg_dma_address() of a segment.</summary>
    SgAddress,

    /// <summary>sg_dma_len() of a segment.</summary>
    SgLength,

    /// <summary>dma_alloc_attrs().</summary>
    Alloc,

    /// <summary>dma_free_attrs().</summary>
    Free,

    /// <summary>dma_get_sgtable_attrs().</summary>
    GetSgtable,

    /// <summary>The CPU writes a pattern to allocated memory.</summary>
    CpuWrite,

    /// <summary>The CPU reads allocated memory.</summary>
    CpuRead,

    /// <summary>dma_alloc_from_pool().</summary>
    PoolAlloc,

    /// <summary>dma_free_from_pool().</summary>
    PoolFree,

    /// <summary>dma_map_resource().</summary>
    MapResource,

    /// <summary>dma_unmap_resource().</summary>
    UnmapResource,

    /// <summary>dma_map_phys().</summary>
    MapPhys,

    /// <summary>dma_unmap_phys().</summary>
    UnmapPhys,

    /// <summary>dma_opt_mapping_size().</summary>
    OptMappingSize,

    /// <summary>dma_get_required_mask().</summary>
    RequiredMask,

    /// <summary>dma_addressing_limited().</summary>
    AddressingLimited,

    /// <summary>dma_need_sync().</summary>
    NeedSync,

    /// <summary>A pool's debugfs figures are to be as given.</summary>
    ExpectPool,

    /// <summary>The status of the operation before is to be as given.</summary>
    ExpectLast,
}

/// <summary>One operation; operands that its kind does not take keep their defaults.</summary>
/// <param name="Kind">What it does.</param>
public sealed record Operation(OperationKind Kind)
{
    /// <summary>The name that <see cref="Pool"/> has for the default pool.</summary>
    public const string DefaultPool = "default";

    /// <summary>Where it was written; no part of its value.</summary>
    public SourceLine Source { get; init; }

    /// <summary>The mapping it makes or uses.</summary>
    public string Mapping { get; init; } = "";

    /// <summary>The device it is done for.</summary>
    public string Device { get; init; } = "";

    /// <summary>The buffer it fills or maps.</summary>
    public string Buffer { get; init; } = "";

    /// <summary>The pool whose figures it reads: a name, or "default".</summary>
    public string Pool { get; init; } = "";

    /// <summary>The IOVA domain it makes, uses or ends.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Bytes from the start of the buffer or mapping; the last pfn of a range.
    /// </summary>
    public ulong Offset { get; init; }

    /// <summary>Bytes; pages of an IOVA.</summary>
    public ulong Size { get; init; }

    /// <summary>CPU number, milliseconds, allocation to fail, number to write, seed of a
    /// pattern, alignment mask, IOVA, physical address, pfn (the first one, or the limit),
    /// segment, AbiGfp, or entries of a chained table.</summary>
    public ulong Number { get; init; }

    /// <summary>Direction of a mapping.</summary>
    public AbiDirection Direction { get; init; }

    /// <summary>DMA_ATTR_SKIP_CPU_SYNC.</summary>
    public bool SkipSync { get; init; }

    /// <summary>DMA_ATTR_NO_WARN.</summary>
    public bool NoWarn { get; init; }

    /// <summary>Attributes beside those two.</summary>
    public AbiAttr Attrs { get; init; }

    /// <summary>The scatterlist it makes or maps.</summary>
    public string List { get; init; } = "";

    /// <summary>The entries of the scatterlist it makes.</summary>
    public ValueList<ScatterPlace> Entries { get; init; } = [];

    /// <summary>The debugfs file.</summary>
    public AbiDebugfsFile File { get; init; }

    /// <summary>What is counted of an IOTLB.</summary>
    public AbiIotlbCount IotlbCount { get; init; }

    /// <summary>Slots that the pool is to have in use.</summary>
    public ulong? ExpectedUsed { get; init; }

    /// <summary>Slots that the pool is to have.</summary>
    public ulong? ExpectedNslabs { get; init; }

    /// <summary>The status that the operation before is to have.</summary>
    public AbiStatus ExpectedStatus { get; init; }

    /// <summary>True for the kinds that only state what is to be.</summary>
    public bool IsExpectation => Kind is OperationKind.ExpectPool or OperationKind.ExpectLast;
}

/// <summary>One entry of a scatterlist.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Offset">Bytes from its start.</param>
/// <param name="Size">Bytes.</param>
public sealed record ScatterPlace(string Buffer, ulong Offset, ulong Size);

/// <summary>
/// The line that something was read from. Two of them are always equal, so that a value
/// which carries one is compared by what it says.
/// </summary>
/// <param name="Number">Counted from 1; 0 when it was not read from text.</param>
public readonly record struct SourceLine(int Number)
{
    /// <summary>Always true.</summary>
    public bool Equals(SourceLine other) => true;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
