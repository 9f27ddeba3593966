// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Memory for pools that are made while the kernel runs, and its end.</content>
public sealed unsafe partial class Swiotlb
{
    private readonly RateLimit _growLimit = new();

    /// <summary>
    /// Work: adds a pool of the default size and number of areas; of half the size, and so on
    /// down to 1 MiB, where that cannot be had.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_dyn_alloc", "6.12", "7.3")]
    private void Grow()
    {
        IoTlbMem mem = DefaultMem;
        IoTlbPool? pool = AllocPool(
            null, mem, MinSlabs, _defaultNslabs, (uint)_defaultNareas, mem.PhysLimit,
            maySleep: true);
        if (pool is not null)
        {
            AddMemPool(mem, pool);
        }
        else if (_growLimit.Allows(_machine.Clock, _log, "swiotlb_dyn_alloc"))
        {
            _log.Warning($"{Prefix}Failed to allocate new pool");
        }
    }

    /// <summary>Makes a pool; not larger than the page allocator's largest block.</summary>
    /// <param name="dev">The device it is for, or null.</param>
    /// <param name="mem">What it will belong to.</param>
    /// <param name="minslabs">Slots it needs to be of use.</param>
    /// <param name="nslabs">Slots wanted; halved until they are had.</param>
    /// <param name="nareas">Areas wanted.</param>
    /// <param name="physLimit">The highest physical address it may have.</param>
    /// <param name="maySleep">Whether the caller may wait, as decrypting may need to.</param>
    /// <returns>The pool, which nobody knows of yet; or null.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_alloc_pool", "6.12", "7.3")]
    private IoTlbPool? AllocPool(
        Device? dev, IoTlbMem mem, ulong minslabs, ulong nslabs, uint nareas, ulong physLimit,
        bool maySleep)
    {
        ulong largest = (ulong)SlabsPerPage << (int)PageAllocator.MaxOrder;
        if (nslabs > largest)
        {
            nslabs = largest;
            nareas = LimitNareas(nareas, nslabs);
        }
        // The areas lie behind the pool's own structure.
        void* areas = _machine.Slab.Calloc(nareas, IoTlbArea.Bytes);
        if (areas == null)
        {
            return null;
        }
        var pool = new IoTlbPool
        {
            Areas = new KernelArray<IoTlbArea>(areas, nareas),
            CcShared = mem.CcShared,
        };
        ulong tlb;
        while (!AllocTlb(dev, mem, nslabs << SlotShift, physLimit, maySleep, out tlb))
        {
            if (nslabs <= minslabs)
            {
                _machine.Slab.Free(areas);
                return null;
            }
            nslabs = KernelMath.Align(nslabs >> 1, (ulong)SegmentSlots);
            nareas = LimitNareas(nareas, nslabs);
        }
        if (!_machine.Pages.TryGetFreePages(
            PageZone.Normal, SlotTableOrder(nslabs), zeroed: false, out ulong slots))
        {
            FreeTlb(tlb, nslabs << SlotShift, mem.CcShared);
            _machine.Slab.Free(areas);
            return null;
        }
        pool.Slots = new KernelArray<IoTlbSlot>(_memory, slots);
        InitPool(pool, tlb, nslabs, lateAlloc: true, nareas);
        return pool;
    }

    /// <summary>
    /// Gets memory below a limit that devices can see. Where it would have to be decrypted and
    /// the caller must not wait, it is from the atomic pools; else pages of the zone that the
    /// limit falls in, or the next lower one if they are out of reach all the same.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_alloc_tlb", "6.12", "7.3")]
    private bool AllocTlb(
        Device? dev, IoTlbMem mem, ulong bytes, ulong physLimit, bool maySleep, out ulong tlb)
    {
        bool decrypts = _profile.SharesByPool ? mem.CcShared : _encrypts;
        if (!maySleep && dev is not null && decrypts)
        {
            tlb = _atomicPools.Alloc(
                dev, bytes, PageZone.Normal, AbiAttr.NoWarn, shared: true);
            return tlb != MappingError;
        }
        PageZone zone = DmaDirect.OptimalZone(physLimit);
        while (!AllocDmaPages(zone, bytes, physLimit, decrypts, out tlb, out bool tooHigh))
        {
            if (!tooHigh || !DmaDirect.TryLower(ref zone, physLimit))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Gets pages and decrypts them, of the last one only if it is begun.</summary>
    /// <param name="zone">Where they may lie.</param>
    /// <param name="bytes">How many bytes are used.</param>
    /// <param name="physLimit">The highest address that one of these may have.</param>
    /// <param name="decrypts">Whether devices see memory only then.</param>
    /// <param name="start">Physical address.</param>
    /// <param name="tooHigh">Whether there were pages, but above the limit.</param>
    /// <returns>Whether there were.</returns>
    [Ports("kernel/dma/swiotlb.c", "alloc_dma_pages", "6.12", "7.3")]
    private bool AllocDmaPages(
        PageZone zone, ulong bytes, ulong physLimit, bool decrypts, out ulong start,
        out bool tooHigh)
    {
        uint order = (uint)KernelMath.GetOrder(bytes, _pageShift);
        tooHigh = false;
        if (!_machine.Pages.TryGetFreePages(zone, order, zeroed: false, out start))
        {
            return false;
        }
        if (start + bytes - 1 > physLimit)
        {
            _machine.Pages.FreePages(start, order);
            tooHigh = true;
            return false;
        }
        if (decrypts)
        {
            _machine.Encryption.Decrypt(start, bytes);
        }
        return true;
    }

    /// <summary>Gives a pool's memory back to where it is from.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_free_tlb", "6.12", "7.3")]
    private void FreeTlb(ulong start, ulong bytes, bool shared)
    {
        if (_atomicPools.Free(start, bytes))
        {
            return;
        }
        if (shared || !_profile.SharesByPool)
        {
            _machine.Encryption.Encrypt(start, bytes);
        }
        _machine.Pages.FreePages(start, (uint)KernelMath.GetOrder(bytes, _pageShift));
    }

    /// <summary>Frees a pool when the grace period is over; where encrypting may wait, by work
    /// that is queued then.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_schedule_dyn_free", "7.3")]
    private void FreeLater(IoTlbPool pool)
    {
        if (_profile.FreesPoolsByWork)
        {
            _machine.GracePeriods.Queue(new DelayedWork(() => DynFree(pool)));
        }
        else
        {
            _machine.GracePeriods.Call(() => DynFree(pool));
        }
    }

    /// <summary>Frees a pool.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_dyn_free", "6.12")]
    [Ports("kernel/dma/swiotlb.c", "swiotlb_dyn_free_work", "7.3")]
    private void DynFree(IoTlbPool pool)
    {
        ulong slots = _memory.AddressOf(pool.Slots.Start);
        _machine.Pages.FreePages(slots, SlotTableOrder(pool.Nslabs));
        FreeTlb(pool.Start, pool.End - pool.Start, pool.CcShared);
        _machine.Slab.Free(pool.Areas.Start);
    }

    private uint SlotTableOrder(ulong nslabs) =>
        (uint)KernelMath.GetOrder(ArraySize(IoTlbSlot.Bytes, nslabs), _pageShift);
}
