// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>
/// Dynamic slots, which were proposed for 6.1: a mapping of a page and more gets pages of its
/// own, and its device keeps them on a list. The list is searched from the front, and what was
/// found moves there, as the same buffer is mostly asked for again: it is synced, and then
/// unmapped.
/// </content>
public sealed unsafe partial class Swiotlb
{
    private const string Series = "petr-v2";
    private const string SwiotlbFile = "kernel/dma/swiotlb.c";

    // DMA_ATTR_MAY_SLEEP: the series gives the first free bit to it.
    private const AbiAttr MaySleep = AbiAttr.FirstNumbered;

    private bool _wantsDynamicSlots;

    /// <summary>
    /// Where pages for dynamic slots come from: dma-direct, which in turn rests on this. Set
    /// when both are there.
    /// </summary>
    public DmaDirect? Pages { get; set; }

    /// <summary>Whether an address that a device was given is a bounced one: of a pool, or of
    /// a dynamic slot of the device.</summary>
    [Ports("include/linux/swiotlb.h", "is_swiotlb_buffer", "6.1")]
    [PortsSeries(Series, "include/linux/swiotlb.h", "is_swiotlb_buffer")]
    public bool IsBuffer(Device dev, ulong paddr) =>
        FindPool(dev, paddr) is not null || (dev.HasDynamicSlots && IsDynamic(dev, paddr));

    /// <summary>
    /// Whether an address is of a dynamic slot. The series looks at what the search found
    /// before it asks whether it found anything: an address of no slot, such as one that was
    /// mapped without bouncing, is the machine's end.
    /// </summary>
    [PortsSeries(Series, SwiotlbFile, "is_swiotlb_dyn")]
    private bool IsDynamic(Device dev, ulong paddr) => LookupDynSlot(dev, paddr) is not null;

    /// <summary>The dynamic slot that an address is of; it moves to the front.</summary>
    [PortsSeries(Series, SwiotlbFile, "lookup_dyn_slot")]
    private DynamicSlot? LookupDynSlot(Device dev, ulong paddr)
    {
        KernelSpinLock.Acquire(ref dev.DynamicSlotsLock, _log);
        LinkedListNode<DynamicSlot>? node = LookupLocked(dev, paddr);
        if (node is not null)
        {
            dev.DynamicSlots.Remove(node);
            dev.DynamicSlots.AddFirst(node);
        }
        else if (!_profile.DynamicSlotsAreMended)
        {
            KernelDeathException.Fault("lookup_dyn_slot", 0);
        }
        KernelSpinLock.Release(ref dev.DynamicSlotsLock, _log);
        return node?.Value;
    }

    [PortsSeries(Series, SwiotlbFile, "lookup_dyn_slot_locked")]
    private static LinkedListNode<DynamicSlot>? LookupLocked(Device dev, ulong paddr)
    {
        LinkedListNode<DynamicSlot>? node = dev.DynamicSlots.First;
        while (node is not null && !node.Value.Holds(paddr))
        {
            node = node.Next;
        }
        return node;
    }

    /// <summary>
    /// Gets pages for a mapping. There are none for less than a page, nor for a device that
    /// wants address bits kept: pages cannot be had at an offset. They are cleared, and below
    /// the device's mask for coherent memory, which need not be the one for mappings.
    /// </summary>
    /// <remarks>
    /// A restricted device's pages are slots of its pool, and so looked for there from then
    /// on, where nothing is noted of the mapping: nothing is copied, and the slot stays on the
    /// list for good. The series means to keep such devices out, but what tells them apart is
    /// set for every pool.
    /// </remarks>
    /// <returns>Physical address, or <see cref="MappingError"/>.</returns>
    [PortsSeries(Series, SwiotlbFile, "swiotlb_dyn_map")]
    private ulong DynMap(
        Device dev, ulong origAddr, ulong allocSize, uint allocAlignMask, AbiAttr attrs)
    {
        if (!dev.Mem.AllowsDynamicSlots
            || (dev.Mem.ForAlloc && _profile.DynamicSlotsAreMended)
            || allocSize < _pageBytes
            || allocAlignMask != 0
            || dev.MinAlignMask != 0
            || !_machine.Slab.TryZalloc())
        {
            return MappingError;
        }
        bool maySleep = (attrs & MaySleep) != AbiAttr.None;
        ulong start = Pages!.AllocPages(dev, _machine.Pages.WholePages(allocSize), maySleep);
        if (start == MappingError)
        {
            return MappingError;
        }
        if (_profile.DynamicSlotsAreMended && !DmaDirect.IsCapable(dev, start, allocSize))
        {
            Pages.FreePages(dev, allocSize, start);
            return MappingError;
        }
        KernelSpinLock.Acquire(ref dev.DynamicSlotsLock, _log);
        dev.DynamicSlots.AddFirst(new DynamicSlot(origAddr, allocSize, start));
        dev.HasDynamicSlots = true;
        KernelSpinLock.Release(ref dev.DynamicSlotsLock, _log);
        return start;
    }

    /// <summary>Gives a mapping's pages back. The device stops to ask for its list before the
    /// last slot has left it.</summary>
    [PortsSeries(Series, SwiotlbFile, "swiotlb_dyn_unmap")]
    private void DynUnmap(Device dev, ulong tlbAddr)
    {
        KernelSpinLock.Acquire(ref dev.DynamicSlotsLock, _log);
        if (dev.DynamicSlots.Count == 1)
        {
            dev.HasDynamicSlots = false;
        }
        LinkedListNode<DynamicSlot>? node = LookupLocked(dev, tlbAddr);
        if (node is null)
        {
            KernelDeathException.Fault("swiotlb_dyn_unmap", 0);
        }
        dev.DynamicSlots.Remove(node);
        KernelSpinLock.Release(ref dev.DynamicSlotsLock, _log);
        Pages!.FreePages(dev, node.Value.AllocSize, node.Value.Start);
    }

    /// <summary>Copies part of a mapping that has pages of its own.</summary>
    [PortsSeries(Series, SwiotlbFile, "swiotlb_dyn_bounce")]
    private void DynBounce(Device dev, ulong tlbAddr, ulong size, bool toDevice)
    {
        if (LookupDynSlot(dev, tlbAddr) is { } slot)
        {
            Copy(
                dev, slot.OrigAddr, tlbAddr, size, slot.AllocSize, (uint)(tlbAddr - slot.Start),
                toDevice);
        }
    }
}
