// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>
/// Finding slots. Each CPU starts at an area of its own and goes round all of them. In an
/// area the search goes on from where the last one ended. A slot will do when its address
/// suits the device's alignment, the run does not cross the device's segment boundary, and
/// the slot's list says that enough free ones follow.
/// </content>
public sealed unsafe partial class Swiotlb
{
    private const int NotFound = -1;

    /// <summary>Finds and takes slots in any area, the running CPU's own first.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="origAddr">What is to be bounced; 0 for nothing.</param>
    /// <param name="allocSize">Bytes, padding included.</param>
    /// <param name="allocAlignMask">Alignment of the first slot, a mask.</param>
    /// <param name="pool">Where the slots are, if there are any.</param>
    /// <returns>Index of the first slot, or -1.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_find_slots", "6.1", "6.12", "7.3")]
    private int FindSlots(
        Device dev, ulong origAddr, ulong allocSize, uint allocAlignMask, out IoTlbPool pool)
    {
        if (dev.Mem.Pools is not null)
        {
            return FindSlotsInPools(dev, origAddr, allocSize, allocAlignMask, out pool);
        }
        pool = dev.Mem.DefaultPool;
        int start = (int)(_machine.Cpus.Current & (pool.Nareas - 1));
        int i = start;
        do
        {
            int index = _profile.SearchEndsWhereItBegan
                ? DoFindSlots(dev, pool, i, origAddr, allocSize, allocAlignMask)
                : SearchPoolArea(dev, pool, i, origAddr, allocSize, allocAlignMask);
            if (index >= 0)
            {
                return index;
            }
            if ((uint)++i >= pool.Nareas)
            {
                i = 0;
            }
        }
        while (i != start);
        return NotFound;
    }

    /// <summary>
    /// 6.1's search of an area. It steps by the alignment, from a start rounded up to it, and
    /// ends when it is back at its start. An address that must match the original's low bits
    /// can put the steps out of phase with the start: then a full area is searched for ever,
    /// with the area's lock held.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_do_find_slots", "6.1")]
    private int DoFindSlots(
        Device dev, IoTlbPool pool, int areaIndex, ulong origAddr, ulong allocSize,
        uint allocAlignMask)
    {
        const string Here = "swiotlb_do_find_slots";
        ulong boundaryMask = dev.GetSegBoundary();
        ulong tblDmaAddr = pool.Start & boundaryMask;
        ulong maxSlots = GetMaxSlotsRoundedUp(boundaryMask);
        uint iotlbAlignMask = dev.MinAlignMask;
        uint nslots = (uint)NrSlots(allocSize);
        uint offset = AlignOffset(dev, 0, origAddr);

        if (nslots == 0 || (uint)areaIndex >= pool.Nareas)
        {
            _log.Bug(Here);
        }
        IoTlbArea* area = pool.Areas.At(areaIndex, Here);

        allocAlignMask |= SlotBytes - 1;
        iotlbAlignMask &= ~allocAlignMask;
        uint stride = (iotlbAlignMask >> SlotShift) + 1;
        if (allocSize >= _pageBytes)
        {
            stride = Math.Max(stride, stride << (_pageShift - SlotShift));
        }
        stride = Math.Max(stride, (allocAlignMask >> SlotShift) + 1);

        KernelSpinLock.Acquire(ref area->Lock, _log);
        if (nslots > pool.AreaNslabs - area->Used)
        {
            KernelSpinLock.Release(ref area->Lock, _log);
            return NotFound;
        }

        uint slotBase = (uint)areaIndex * pool.AreaNslabs;
        uint index = WrapAreaIndex(pool, KernelMath.Align(area->Index, stride));
        uint wrap = index;
        ulong wanted = origAddr & iotlbAlignMask;
        // Where a step leads depends on the index alone, so after as many steps as there are
        // indices the search can only repeat itself.
        uint stepsLeft = pool.AreaNslabs;
        ulong shift = NrSlots(tblDmaAddr);
        do
        {
            uint slotIndex = slotBase + index;
            if (origAddr != 0
                && (SlotAddr(tblDmaAddr, slotIndex) & iotlbAlignMask) != wanted)
            {
                index = WrapAreaIndex(pool, index + 1);
            }
            else if (!IsSpanBoundary(slotIndex, nslots, shift, maxSlots)
                && pool.Slots.At(slotIndex, Here)->WideList >= nslots)
            {
                TakeSlots<WideList>(pool.Slots, slotIndex, nslots, allocSize, offset, Here);
                uint next = index + nslots;
                area->Index = next < pool.AreaNslabs ? next : 0;
                area->Used += nslots;
                KernelSpinLock.Release(ref area->Lock, _log);
                return (int)slotIndex;
            }
            else
            {
                index = WrapAreaIndex(pool, index + stride);
            }
            if (stepsLeft-- == 0)
            {
                KernelDeathException.Hang(Here);
            }
        }
        while (index != wrap);

        KernelSpinLock.Release(ref area->Lock, _log);
        return NotFound;
    }

    /// <summary>
    /// 6.12's search of an area. It goes slot by slot until one is aligned, from there by the
    /// alignment, and counts what it has passed until that is the whole area. Mappings of a
    /// page and more are page-aligned when nobody asks for anything else.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_search_pool_area", "6.12", "7.3")]
    private int SearchPoolArea(
        Device dev, IoTlbPool pool, int areaIndex, ulong origAddr, ulong allocSize,
        uint allocAlignMask)
    {
        const string Here = "swiotlb_search_pool_area";
        ulong boundaryMask = dev.GetSegBoundary();
        ulong tblDmaAddr = pool.Start & boundaryMask;
        ulong maxSlots = GetMaxSlots(boundaryMask);
        uint iotlbAlignMask = dev.MinAlignMask;
        uint nslots = (uint)NrSlots(allocSize);
        uint offset = AlignOffset(dev, 0, origAddr);

        if (nslots == 0 || (uint)areaIndex >= pool.Nareas)
        {
            _log.Bug(Here);
        }
        IoTlbArea* area = pool.Areas.At(areaIndex, Here);

        if (allocAlignMask == 0 && iotlbAlignMask == 0 && allocSize >= _pageBytes)
        {
            allocAlignMask = (uint)_pageOffsetMask;
        }
        allocAlignMask |= SlotBytes - 1;
        iotlbAlignMask &= ~allocAlignMask;
        uint stride = (uint)GetMaxSlots(Math.Max(allocAlignMask, iotlbAlignMask));

        KernelSpinLock.Acquire(ref area->Lock, _log);
        if (nslots > pool.AreaNslabs - area->Used)
        {
            KernelSpinLock.Release(ref area->Lock, _log);
            return NotFound;
        }

        uint slotBase = (uint)areaIndex * pool.AreaNslabs;
        uint index = area->Index;
        ulong wanted = origAddr & iotlbAlignMask;
        ulong shift = NrSlots(tblDmaAddr);
        for (uint slotsChecked = 0; slotsChecked < pool.AreaNslabs;)
        {
            uint slotIndex = slotBase + index;
            ulong tlbAddr = SlotAddr(tblDmaAddr, slotIndex);
            if ((tlbAddr & allocAlignMask) != 0
                || (origAddr != 0 && (tlbAddr & iotlbAlignMask) != wanted))
            {
                index = WrapAreaIndex(pool, index + 1);
                slotsChecked++;
                continue;
            }
            if (!IsSpanBoundary(slotIndex, nslots, shift, maxSlots)
                && pool.Slots.At(slotIndex, Here)->List >= nslots)
            {
                TakeSlots<NarrowList>(
                    pool.Slots, slotIndex, nslots, allocSize, offset, Here);
                area->Index = WrapAreaIndex(pool, index + nslots);
                area->Used += nslots;
                KernelSpinLock.Release(ref area->Lock, _log);
                IncUsedAndHiwater(dev.Mem, nslots);
                return (int)slotIndex;
            }
            index = WrapAreaIndex(pool, index + stride);
            slotsChecked += stride;
        }

        KernelSpinLock.Release(ref area->Lock, _log);
        return NotFound;
    }

    /// <summary>
    /// The "found" part of both searches: the slots' lists become 0, each notes how much of
    /// the mapping is left from it on, and the free slots right before them count again.
    /// </summary>
    /// <remarks>The rest is the mapping's bytes, less the offset, less a slot each: where the
    /// last slot holds less than the offset it wraps below zero.</remarks>
    private static void TakeSlots<TList>(
        KernelArray<IoTlbSlot> slots, uint slotIndex, uint nslots, ulong allocSize,
        uint offset, string where)
        where TList : IListWidth
    {
        IoTlbSlot* slot = slots.Range(slotIndex, nslots, where);
        for (uint i = 0; i < nslots; i++, slot++)
        {
            TList.Set(slot, 0);
            slot->AllocSize = allocSize - (offset + (i << SlotShift));
        }
        CountBack<TList>(slots, slotIndex, 0, where);
    }

    /// <summary>
    /// Counts the free slots before one backwards, each as one more than the one after it, up
    /// to a taken slot or the segment's start.
    /// </summary>
    /// <param name="slots">The slot table.</param>
    /// <param name="end">The slot to start before.</param>
    /// <param name="count">Free slots from it on.</param>
    /// <param name="where">The kernel function that is running.</param>
    private static void CountBack<TList>(
        KernelArray<IoTlbSlot> slots, long end, uint count, string where)
        where TList : IListWidth
    {
        int before = (int)SegmentOffset((ulong)end);
        IoTlbSlot* slot = slots.Range(end - before, before, where) + before;
        for (; before != 0 && TList.Get(--slot) != 0; before--)
        {
            TList.Set(slot, ++count);
        }
    }

    /// <summary>Slots between two boundaries, 6.1's way: a mask of all ones is special.</summary>
    [Ports("kernel/dma/swiotlb.c", "get_max_slots", "6.1")]
    private static ulong GetMaxSlotsRoundedUp(ulong boundaryMask) =>
        boundaryMask == ulong.MaxValue ? 1UL << (64 - SlotShift) : NrSlots(boundaryMask + 1);

    /// <summary>Slots between two boundaries, 6.12's way.</summary>
    [Ports("kernel/dma/swiotlb.c", "get_max_slots", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong GetMaxSlots(ulong boundaryMask) => (boundaryMask >> SlotShift) + 1;

    /// <summary>An index in an area; past the end it starts over at 0.</summary>
    [Ports("kernel/dma/swiotlb.c", "wrap_area_index", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint WrapAreaIndex(IoTlbPool pool, uint index) =>
        index >= pool.AreaNslabs ? 0 : index;

    /// <summary>Whether a run of slots crosses a boundary.</summary>
    /// <exception cref="KernelDeathException">The boundary is no power of two: BUG.</exception>
    [Ports("include/linux/iommu-helper.h", "iommu_is_span_boundary", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsSpanBoundary(uint index, uint nr, ulong shift, ulong boundarySize)
    {
        if (!KernelMath.IsPowerOf2(boundarySize))
        {
            _log.Bug("iommu_is_span_boundary");
        }
        shift = (shift + index) & (boundarySize - 1);
        return shift + nr > boundarySize;
    }
}
