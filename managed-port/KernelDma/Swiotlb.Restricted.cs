// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Restricted pools: memory that a device is confined to.</content>
public sealed unsafe partial class Swiotlb
{
    private OnceFlag _warnedUnaligned;

    /// <summary>Takes note of a reserved-memory node.</summary>
    [Ports("kernel/dma/swiotlb.c", "rmem_swiotlb_setup", "6.1", "6.12", "7.3")]
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
    [Ports("kernel/dma/swiotlb.c", "rmem_swiotlb_device_init", "6.1", "6.12", "7.3")]
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
            IoTlbMem mem = NewMem();
            IoTlbPool only = mem.DefaultPool;
            only.Slots = new KernelArray<IoTlbSlot>(slots, nslabs);
            only.Areas = new KernelArray<IoTlbArea>(areas, Areas);
            mem.CcShared = _encrypts;
            _machine.Encryption.Decrypt(pool.Start, pool.Bytes);
            InitPool(only, pool.Start, nslabs, lateAlloc: false, Areas);
            mem.ForceBounce = true;
            mem.ForAlloc = true;
            mem.AllowsDynamicSlots = _wantsDynamicSlots;
            AddMemPool(mem, only);
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
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="shared">Whether the memory is to be decrypted: where the revision asks, the
    /// pool must be like that.</param>
    /// <returns>Physical address of a page, or <see cref="MappingError"/> for none.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_alloc", "6.1", "6.12", "7.3")]
    public ulong Alloc(Device dev, ulong size, bool shared)
    {
        uint align = 0;
        if (!_hasRestrictedPools || (_profile.SharesByPool && dev.Mem.CcShared != shared))
        {
            return MappingError;
        }
        if (_profile.AllocatesWholePages)
        {
            align = (uint)((1 << (KernelMath.GetOrder(size, _pageShift) + _pageShift)) - 1);
        }
        int index = FindSlots(dev, 0, size, align, out IoTlbPool pool);
        if (index == NotFound)
        {
            return MappingError;
        }
        ulong tlbAddr = SlotAddr(pool.Start, (ulong)index);
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
            ReleaseSlots(dev, tlbAddr, pool);
            return MappingError;
        }
        return tlbAddr & ~_pageOffsetMask;
    }

    /// <summary>Frees what <see cref="Alloc"/> gave.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="address">Any physical address in the first page.</param>
    /// <returns>Whether the page is the pool's.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_free", "6.1", "6.12", "7.3")]
    public bool Free(Device dev, ulong address)
    {
        ulong tlbAddr = address & ~_pageOffsetMask;
        if (!_hasRestrictedPools || FindPool(dev, tlbAddr) is not { } pool)
        {
            return false;
        }
        ReleaseSlots(dev, tlbAddr, pool);
        return true;
    }
}
