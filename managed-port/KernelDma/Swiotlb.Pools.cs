// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>
/// Pools that come and go, CONFIG_SWIOTLB_DYNAMIC. Those for everybody are on a list of
/// struct io_tlb_mem and stay. When all of them are full, work is queued that adds one, and the
/// mapping at hand gets a transient pool of its own, which is on a list of its device.
/// </content>
public sealed unsafe partial class Swiotlb
{
    private const int TransientAreas = 1;

    /// <summary>Looks through the pools for everybody, then the device's own.</summary>
    [Ports("kernel/dma/swiotlb.c", "__swiotlb_find_pool", "6.12", "7.3")]
    private static IoTlbPool? FindPoolOnLists(Device dev, ulong paddr) =>
        dev.Mem.Pools!.Find(paddr) ?? dev.IoTlbPools.Find(paddr);

    /// <summary>
    /// Finds slots in the pools there are, area by area: that of the running CPU in every pool,
    /// then the next one. Without any, makes a transient pool. The device is known to bounce
    /// from then on.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_find_slots", "6.12", "7.3")]
    private int FindSlotsInPools(
        Device dev, ulong origAddr, ulong allocSize, uint allocAlignMask, out IoTlbPool pool)
    {
        IoTlbMem mem = dev.Mem;
        pool = mem.DefaultPool;
        if (allocSize > SegmentSlots * SlotBytes)
        {
            return NotFound;
        }
        int index = NotFound;
        for (uint i = 0; i < _defaultNareas && index < 0; i++)
        {
            index = SearchArea(dev, i, origAddr, allocSize, allocAlignMask, ref pool);
        }
        if (index < 0)
        {
            if (!mem.CanGrow)
            {
                return NotFound;
            }
            _machine.Deferred.Schedule(mem.Growth!);
            index = MakeTransient(dev, origAddr, allocSize, allocAlignMask, ref pool);
            if (index < 0)
            {
                return NotFound;
            }
        }
        dev.UsesIoTlb = true;
        return index;
    }

    /// <summary>Searches one area of each pool that has so many.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="cpuOffset">How many areas from the running CPU's.</param>
    /// <param name="origAddr">What is to be bounced.</param>
    /// <param name="allocSize">Bytes, padding included.</param>
    /// <param name="allocAlignMask">Alignment of the first slot, a mask.</param>
    /// <param name="found">The pool, if slots were found.</param>
    /// <returns>Index of the first slot, or -1.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_search_area", "6.12", "7.3")]
    private int SearchArea(
        Device dev, uint cpuOffset, ulong origAddr, ulong allocSize, uint allocAlignMask,
        ref IoTlbPool found)
    {
        uint start = _machine.Cpus.Current;
        for (IoTlbPool? pool = dev.Mem.Pools!.First; pool is not null; pool = pool.Next)
        {
            if (cpuOffset >= pool.Nareas)
            {
                continue;
            }
            int area = (int)((start + cpuOffset) & (pool.Nareas - 1));
            int index = SearchPoolArea(dev, pool, area, origAddr, allocSize, allocAlignMask);
            if (index >= 0)
            {
                found = pool;
                return index;
            }
        }
        return NotFound;
    }

    /// <summary>
    /// The end of the search: a pool with as many slots as the mapping needs, within the
    /// device's reach, and in it the slots. Nothing here may sleep.
    /// </summary>
    private int MakeTransient(
        Device dev, ulong origAddr, ulong allocSize, uint allocAlignMask, ref IoTlbPool made)
    {
        ulong nslabs = NrSlots(allocSize);
        IoTlbPool? pool = AllocPool(
            dev, dev.Mem, nslabs, nslabs, TransientAreas, dev.AddressLimit, maySleep: false);
        if (pool is null)
        {
            return NotFound;
        }
        int index = SearchPoolArea(dev, pool, 0, origAddr, allocSize, allocAlignMask);
        if (index < 0)
        {
            if (_profile.FreesPoolsByWork)
            {
                FreeLater(pool);
            }
            else
            {
                DynFree(pool);
            }
            return NotFound;
        }
        pool.Transient = true;
        KernelSpinLock.Acquire(ref dev.IoTlbLock, _log);
        dev.IoTlbPools.Add(pool);
        KernelSpinLock.Release(ref dev.IoTlbLock, _log);
        IncTransientUsed(dev.Mem, pool.Nslabs);
        made = pool;
        return index;
    }

    /// <summary>Ends a transient pool with the mapping it was made for.</summary>
    /// <returns>Whether it was one.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_del_transient", "6.12", "7.3")]
    private bool DelTransient(Device dev, IoTlbPool pool)
    {
        if (!pool.Transient)
        {
            return false;
        }
        DecUsed(dev.Mem, (uint)pool.Nslabs);
        DelPool(dev, pool);
        DecTransientUsed(dev.Mem, pool.Nslabs);
        return true;
    }

    /// <summary>Takes a pool from a device's list. Who looks it up just now may still be at it:
    /// its memory goes after a grace period.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_del_pool", "6.12", "7.3")]
    private void DelPool(Device dev, IoTlbPool pool)
    {
        KernelSpinLock.Acquire(ref dev.IoTlbLock, _log);
        dev.IoTlbPools.Remove(pool);
        KernelSpinLock.Release(ref dev.IoTlbLock, _log);
        FreeLater(pool);
    }

    /// <summary>Counts a transient pool in, for debugfs.</summary>
    [Ports("kernel/dma/swiotlb.c", "inc_transient_used", "6.12", "7.3")]
    private void IncTransientUsed(IoTlbMem mem, ulong nslots) =>
        mem.TransientNslabs += _hasDebugfs ? nslots : 0;

    /// <summary>Counts a transient pool out.</summary>
    [Ports("kernel/dma/swiotlb.c", "dec_transient_used", "6.12", "7.3")]
    private void DecTransientUsed(IoTlbMem mem, ulong nslots) =>
        mem.TransientNslabs -= _hasDebugfs ? nslots : 0;
}
