// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Xen;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// The part of struct device that DMA looks at. There is no offset between bus
/// and physical addresses; of a guest of Xen they are others altogether.
/// </summary>
public sealed class Device
{
    /// <summary>Creates one that has not been set up: 32-bit mask, no constraints.</summary>
    /// <param name="name">"d0".</param>
    /// <param name="mem">The pool it bounces through.</param>
    public Device(string name, IoTlbMem mem)
    {
        Name = name;
        Prefix = "dmadiff " + name + ": ";
        Mem = mem;
    }

    /// <summary>dev_name().</summary>
    public string Name { get; }

    /// <summary>What its messages start with.</summary>
    public string Prefix { get; }

    /// <summary>dma_io_tlb_mem: the pool it bounces through.</summary>
    public IoTlbMem Mem { get; set; }

    /// <summary>*dma_mask: the highest address it can put on the bus.</summary>
    public ulong DmaMask { get; set; } = uint.MaxValue;

    /// <summary>coherent_dma_mask: the same, for coherent memory.</summary>
    public ulong CoherentDmaMask { get; set; } = uint.MaxValue;

    /// <summary>dma_mem: memory that it alone allocates from, or null.</summary>
    public CoherentMemory? Coherent { get; set; }

    /// <summary>bus_dma_limit: the highest address the bus carries; 0 for no limit.</summary>
    public ulong BusDmaLimit { get; set; }

    /// <summary>dma_parms.segment_boundary_mask; 0 for none.</summary>
    public ulong SegmentBoundaryMask { get; set; }

    /// <summary>dma_parms.min_align_mask: address bits that bouncing must keep.</summary>
    public uint MinAlignMask { get; set; }

    /// <summary>dma_parms.max_segment_size, in bytes; 0 for the default.</summary>
    public uint MaxSegmentBytes { get; set; }

    /// <summary>numa_node; -1 for none.</summary>
    public int Node { get; init; } = -1;

    /// <summary>iommu and iommu_group: how it stands behind an IOMMU, or null.</summary>
    public IommuClient? Iommu { get; set; }

    /// <summary>use_dma_iommu(): its DMA goes through an IOMMU that translates.</summary>
    public bool UsesDmaIommu { get; set; }

    /// <summary>Which machine frames are behind the guest's, if it belongs to a guest of Xen:
    /// what it calls an address is the machine's then. Null for all others.</summary>
    public XenFrames? Frames { get; init; }

    /// <summary>dma_ops: its DMA goes through swiotlb-xen.</summary>
    public bool UsesSwiotlbXen { get; init; }

    /// <summary>dma_go_direct(): its DMA goes through neither.</summary>
    public bool GoesDirect
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !UsesDmaIommu && !UsesSwiotlbXen;
    }

    /// <summary>dma_coherent: its accesses go through the CPUs' caches.</summary>
    public bool IsCoherent { get; init; } = true;

    /// <summary>dma_skip_sync: it has not bounced yet, so syncs have nothing to do.</summary>
    public bool DmaSkipSync { get; set; }

    /// <summary>dma_uses_io_tlb: it has bounced, so an address may be of a pool.</summary>
    public bool UsesIoTlb { get; set; }

    /// <summary>dma_io_tlb_pools: the transient pools of its mappings.</summary>
    public PoolList IoTlbPools { get; } = new();

    /// <summary>dma_io_tlb_lock: guards them.</summary>
    public uint IoTlbLock;

    /// <summary>dma_io_tlb_dyn_slots: pages that its mappings bounce through, those used last
    /// first.</summary>
    public LinkedList<DynamicSlot> DynamicSlots { get; } = new();

    /// <summary>dma_io_tlb_dyn_lock: guards them.</summary>
    public uint DynamicSlotsLock;

    /// <summary>dma_io_tlb_have_dyn: whether there are any, to be asked without the lock.
    /// </summary>
    public bool HasDynamicSlots { get; set; }

    /// <summary>min_not_zero(mask, bus limit): the highest address that reaches it.</summary>
    public ulong AddressLimit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => KernelMath.MinNotZero(DmaMask, BusDmaLimit);
    }

    /// <summary>phys_to_dma(): what it calls an address of memory.</summary>
    [Ports("include/linux/dma-direct.h", "phys_to_dma", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong PhysToDma(ulong phys) => Frames is null ? phys : Frames.MachineAddress(phys);

    /// <summary>dma_to_phys(): the address of memory that it calls address.</summary>
    [Ports("include/linux/dma-direct.h", "dma_to_phys", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong DmaToPhys(ulong address) =>
        Frames is null ? address : Frames.GuestAddress(address);

    /// <summary>dma_get_mask(): a mask of 0 counts as 32 bits.</summary>
    [Ports("include/linux/dma-mapping.h", "dma_get_mask", "6.1", "6.12")]
    public ulong GetDmaMask() => DmaMask != 0 ? DmaMask : uint.MaxValue;

    /// <summary>dma_get_seg_boundary().</summary>
    [Ports("include/linux/dma-mapping.h", "dma_get_seg_boundary", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong GetSegBoundary() =>
        SegmentBoundaryMask != 0 ? SegmentBoundaryMask : ulong.MaxValue;

    /// <summary>dma_get_max_seg_size(): the longest segment of a scatterlist, in bytes.
    /// </summary>
    [Ports("include/linux/dma-mapping.h", "dma_get_max_seg_size", "6.1", "6.12")]
    public uint GetMaxSegmentBytes() => MaxSegmentBytes != 0 ? MaxSegmentBytes : 64 << 10;
}
