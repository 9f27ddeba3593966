// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Restricted pools: memory that a device is confined to.</content>
public sealed unsafe partial class Swiotlb
{
    private OnceFlag _warnedUnaligned;

    /// <summary>Takes note of a reserved-memory node.</summary>
    [Ports("kernel/dma/swiotlb.c", "rmem_swiotlb_setup", "6.1", "6.12")]
    public RestrictedPool SetupRestrictedPool(ulong start, ulong bytes)
    {
        _log.Info(
            $"{Prefix}Reserved memory: created restricted DMA pool at 0x{start:x16}, "
            + $"size {bytes >> 20} MiB");
        return new RestrictedPool(start, bytes);
    }

    /// <summary>
    /// Confines a device to a pool. The first device brings the pool into being, with one
    /// area, whatever its size.
    /// </summary>
    /// <returns>0 or -ENOMEM.</returns>
    [Ports("kernel/dma/swiotlb.c", "rmem_swiotlb_device_init", "6.1", "6.12")]
    public int AttachDevice(RestrictedPool pool, Device dev)
    {
        const uint Areas = 1;
        ulong nslabs = pool.Bytes >> SlotShift;
        if (pool.Start >= _machine.Regions.LowEnd)
        {
            _log.Error(
                $"{dev.Prefix}Restricted DMA pool must be accessible within the linear mapping.");
            return Errno.Invalid;
        }
        if (pool.Mem is null)
        {
            Slab slab = _machine.Slab;
            if (!slab.TryZalloc())
            {
                return Errno.NoMemory;
            }
            void* slots = slab.Calloc(nslabs, IoTlbSlot.Bytes);
            if (slots == null)
            {
                return Errno.NoMemory;
            }
            void* areas = slab.Calloc(Areas, IoTlbArea.Bytes);
            if (areas == null)
            {
                slab.Free(slots);
                return Errno.NoMemory;
            }
            var mem = new IoTlbMem
            {
                Slots = new KernelArray<IoTlbSlot>(slots, nslabs),
                Areas = new KernelArray<IoTlbArea>(areas, Areas),
            };
            _machine.Encryption.Decrypt(pool.Start, pool.Bytes);
            InitPool(mem, pool.Start, nslabs, lateAlloc: false, Areas);
            mem.ForceBounce = true;
            mem.ForAlloc = true;
            pool.Mem = mem;
            CreateDebugfsFiles(mem);
        }
        dev.Mem = pool.Mem;
        return 0;
    }

    /// <summary>
    /// Allocates memory from a device's pool. 6.1 may find slots in the middle of a page, and
    /// hands out the page's start all the same: memory that is another's.
    /// </summary>
    /// <returns>Physical address of a page, or <see cref="MappingError"/> for none.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_alloc", "6.1", "6.12")]
    public ulong Alloc(Device dev, ulong size)
    {
        IoTlbMem mem = dev.Mem;
        uint align = 0;
        if (!_hasRestrictedPools)
        {
            return MappingError;
        }
        if (_profile.AllocatesWholePages)
        {
            align = (uint)((1 << (KernelMath.GetOrder(size, _pageShift) + _pageShift)) - 1);
        }
        int index = FindSlots(dev, 0, size, align);
        if (index == NotFound)
        {
            return MappingError;
        }
        ulong tlbAddr = SlotAddr(mem.Start, (ulong)index);
        if (_profile.AllocatesWholePages && (tlbAddr & _pageOffsetMask) != 0)
        {
            if (_warnedUnaligned.First())
            {
                WarnDevice(
                    dev,
                    "swiotlb_alloc",
                    "Cannot allocate pages from non page-aligned swiotlb addr "
                    + $"0x0x{tlbAddr:x16}.");
            }
            ReleaseSlots(dev, tlbAddr, mem);
            return MappingError;
        }
        return tlbAddr & ~_pageOffsetMask;
    }

    /// <summary>Frees what <see cref="Alloc"/> gave.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="address">Any physical address in the first page.</param>
    /// <returns>Whether the page is the pool's.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_free", "6.1", "6.12")]
    public bool Free(Device dev, ulong address)
    {
        ulong tlbAddr = address & ~_pageOffsetMask;
        if (!_hasRestrictedPools || FindPool(dev, tlbAddr) is not { } mem)
        {
            return false;
        }
        ReleaseSlots(dev, tlbAddr, mem);
        return true;
    }
}
