// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Setting up the default pool when the kernel is running already.</content>
public sealed unsafe partial class Swiotlb
{
    /// <summary>
    /// swiotlb_init_late(): sets the pool up from the page allocator, halving the size until
    /// it is had. Pools of 1 MiB and less are not tried, and so fail.
    /// </summary>
    /// <param name="bytes">Size wanted.</param>
    /// <param name="zone">Where it must lie.</param>
    /// <param name="remap">Moves a pool within reach; null where nothing has to. Such a pool
    /// does not grow.</param>
    /// <returns>0 or -ENOMEM.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init_late", "6.1", "6.12", "7.3")]
    public int InitLate(ulong bytes, PageZone zone, PoolRemap? remap = null)
    {
        IoTlbMem mem = DefaultMem;
        IoTlbPool pool = mem.DefaultPool;
        PageAllocator pages = _machine.Pages;

        if ((!_profile.LateInitReplacesPool && mem.Nslabs != 0) || _forceDisable)
        {
            return 0;
        }
        if (_profile.ForcesBeforeAllocating)
        {
            mem.ForceBounce = _forceBounce;
        }
        if (_dynamic)
        {
            mem.CanGrow = remap is null;
            mem.PhysLimit = HighestOf(zone);
        }
        if (_defaultNareas == 0)
        {
            AdjustNareas(_machine.Cpus.Count);
        }

        int error =
            LatePages(bytes, zone, remap, out ulong start, out int order, out bool retried);
        if (error != 0)
        {
            return error;
        }
        ulong nslabs = (ulong)(SlabsPerPage << order);
        if (retried)
        {
            ulong mb = (_pageBytes << order) >> 20;
            _log.Warning($"{Prefix}only able to allocate {mb} MB");
        }

        uint nareas = LimitNareas((uint)_defaultNareas, nslabs);
        uint areaOrder = (uint)KernelMath.GetOrder(ArraySize(IoTlbArea.Bytes, nareas), _pageShift);
        if (!pages.TryGetFreePages(PageZone.Normal, areaOrder, zeroed: true, out ulong areas))
        {
            pages.FreePages(start, (uint)order);
            return Errno.NoMemory;
        }
        pool.Areas = new KernelArray<IoTlbArea>(_memory, areas);
        uint slotOrder = (uint)KernelMath.GetOrder(ArraySize(IoTlbSlot.Bytes, nslabs), _pageShift);
        if (!pages.TryGetFreePages(PageZone.Normal, slotOrder, zeroed: true, out ulong slots))
        {
            pages.FreePages(areas, areaOrder);
            pages.FreePages(start, (uint)order);
            return Errno.NoMemory;
        }
        pool.Slots = new KernelArray<IoTlbSlot>(_memory, slots);

        if (!_profile.SharesByPool || mem.CcShared)
        {
            _machine.Encryption.Decrypt(start, (nslabs << SlotShift) & ~_pageOffsetMask);
        }
        InitPool(pool, start, nslabs, lateAlloc: true, nareas);
        AddMemPool(mem, pool);
        mem.ForceBounce = _forceBounce;
        mem.AllowsDynamicSlots = _wantsDynamicSlots;
        PrintInfo(mem);
        return 0;
    }

    /// <summary>The loops of swiotlb_init_late() that get ever fewer pages. Slot counts are
    /// shifted as ints there, so that absurd sizes come out small or negative.</summary>
    /// <remarks>Pages that could not be moved are given back. When half as many would be too
    /// few to be tried, those are tried again that are no longer the pool's.</remarks>
    private int LatePages(
        ulong bytes, PageZone zone, PoolRemap? remap, out ulong start, out int order,
        out bool retried)
    {
        ulong nslabs = KernelMath.Align(bytes >> SlotShift, (ulong)SegmentSlots);
        bool got = false;
        start = 0;
        retried = false;
        while (true)
        {
            order = KernelMath.GetOrder(nslabs << SlotShift, _pageShift);
            while (SlabsPerPage << order > (int)MinSlabs)
            {
                got = _machine.Pages.TryGetFreePages(zone, (uint)order, zeroed: false, out start);
                if (got)
                {
                    break;
                }
                order--;
                retried = true;
            }
            if (!got)
            {
                return Errno.NoMemory;
            }
            nslabs = (ulong)(SlabsPerPage << order);
            int error = remap?.Invoke(start, nslabs) ?? 0;
            if (error == 0)
            {
                return 0;
            }
            _machine.Pages.FreePages(start, (uint)order);
            nslabs = KernelMath.Align(nslabs >> 1, (ulong)SegmentSlots);
            if (nslabs < MinSlabs)
            {
                return error;
            }
            retried = true;
        }
    }

    /// <summary>How far pools that are added to one of a zone may reach.</summary>
    private ulong HighestOf(PageZone zone) => zone switch
    {
        PageZone.Dma => DmaDirect.ZoneDmaMask,
        PageZone.Dma32 => uint.MaxValue,
        _ => LastLowByte,
    };
}
