// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>
/// Coherent memory. Where memory is encrypted it is decrypted, which may take a wait: who must
/// not sleep is served by the atomic pools. Pages cannot be mapped uncached here, so that devices
/// which bypass the caches get none.
/// </content>
public sealed partial class DmaDirect
{
    /// <summary>Whether a device reaches all of an allocation; its end wraps at 2^64.</summary>
    [Ports("kernel/dma/direct.c", "dma_coherent_ok", "6.1", "6.12", "7.3")]
    public static bool IsCoherentOk(Device dev, ulong phys, ulong size) =>
        phys != Swiotlb.MappingError && IsWithinReach(dev, dev.PhysToDma(phys), size);

    /// <summary>The same of what is a bus address already.</summary>
    internal static bool IsWithinReach(Device dev, ulong address, ulong size) =>
        address + size - 1 <= CoherentLimit(dev);

    /// <summary>
    /// Allocates whole pages. They are cleared, unless the caller wants no address to see them
    /// at: then what it gets is a cookie.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="maySleep">Whether the caller may wait.</param>
    /// <param name="attrs">NoKernelMapping for a cookie.</param>
    /// <param name="isCookie">Whether the CPU has no address for it.</param>
    /// <returns>Physical address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/direct.c", "dma_direct_alloc", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/direct.c", "dma_direct_alloc_no_mapping", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/direct.c", "dma_direct_alloc_from_pool", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/direct.c", "dma_direct_use_pool", "6.1", "6.12", "7.3")]
    public ulong Alloc(Device dev, ulong size, bool maySleep, AbiAttr attrs, out bool isCookie)
    {
        size = _machine.Pages.WholePages(size);
        isCookie = WantsCookie(dev, attrs);
        if (!isCookie && !dev.IsCoherent)
        {
            RefuseUncached(dev);
            return Swiotlb.MappingError;
        }
        if (_encrypts && !maySleep && !dev.Mem.ForAlloc)
        {
            return _pool.Alloc(dev, size, OptimalZone(CoherentLimit(dev)), attrs, _encrypts);
        }
        ulong address = AllocPages(dev, size);
        if (address == Swiotlb.MappingError)
        {
            return address;
        }
        if (isCookie)
        {
            _machine.Caches.PrepareCoherent(address, size);
            return address;
        }
        if (!(_profile.SharesByPool && dev.Mem.ForAlloc))
        {
            _machine.Encryption.Decrypt(address, size);
        }
        _machine.Memory.Zero(address, size, "dma_direct_alloc");
        return address;
    }

    /// <summary>Nothing here can map pages past the caches. 6.1 leaves that to the
    /// architecture, unless the device has a pool of its own.</summary>
    private void RefuseUncached(Device dev)
    {
        if (_profile.LeavesUncachedToArchitecture)
        {
            if (!dev.Mem.ForAlloc)
            {
                throw new KernelDeathException(
                    AbiCrashKind.MissingService, "dma_direct_alloc", "arch_dma_alloc");
            }
        }
        else if (_warnedUncached.First())
        {
            _machine.Log.Warning("coherent DMA allocations not supported on this platform.");
        }
    }

    /// <summary>Frees what <see cref="Alloc"/> gave: a cookie is freed as pages, all else
    /// goes back to where it is from.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_free", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/direct.c", "__dma_direct_free_pages", "6.1", "6.12")]
    public void Free(Device dev, ulong size, ulong address, AbiAttr attrs)
    {
        if (!WantsCookie(dev, attrs))
        {
            if (_pool.Free(address, _machine.Pages.WholePages(size)))
            {
                return;
            }
            if (!(_profile.SharesByPool && _swiotlb.IsBuffer(dev, address)))
            {
                _machine.Encryption.Encrypt(address, size);
            }
            if (_swiotlb.Free(dev, address))
            {
                return;
            }
        }
        _machine.Pages.FreePages(address, OrderOf(size));
    }

    /// <summary>A list of an allocation, which is in one piece.</summary>
    /// <returns>0, or -ENOMEM.</returns>
    [Ports("kernel/dma/direct.c", "dma_direct_get_sgtable", "6.1", "6.12", "7.3")]
    public int GetSgtable(ulong size, ulong address, out ScatterEntry[] list)
    {
        uint whole = (uint)_machine.Pages.WholePages(size);
        list = [new ScatterEntry { Phys = address, Length = whole }];
        return _machine.Slab.TryZalloc() ? 0 : Errno.NoMemory;
    }

    /// <summary>Allocates whole pages, cleared, that devices can see. Where that may need a
    /// wait and the caller must not, they are from the atomic pools.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="maySleep">Whether the caller may wait.</param>
    /// <returns>Physical address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/direct.c", "dma_direct_alloc_pages", "6.1")]
    public ulong AllocPages(Device dev, ulong size, bool maySleep)
    {
        if (_encrypts && !maySleep && !dev.Mem.ForAlloc)
        {
            return _pool.Alloc(
                dev, size, OptimalZone(CoherentLimit(dev)), AbiAttr.NoWarn, _encrypts);
        }
        ulong address = AllocPages(dev, size);
        if (address != Swiotlb.MappingError)
        {
            _machine.Encryption.Decrypt(address, size);
            _machine.Memory.Zero(address, size, "dma_direct_alloc_pages");
        }
        return address;
    }

    /// <summary>Frees what <see cref="AllocPages(Device, ulong, bool)"/> gave.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_free_pages", "6.1")]
    public void FreePages(Device dev, ulong size, ulong address)
    {
        if (_pool.Free(address, size))
        {
            return;
        }
        _machine.Encryption.Encrypt(address, _machine.Pages.WholePages(size));
        if (!_swiotlb.Free(dev, address))
        {
            _machine.Pages.FreePages(address, OrderOf(size));
        }
    }

    private uint OrderOf(ulong size) =>
        (uint)KernelMath.GetOrder(size, _machine.Pages.PageShift);

    private static ulong CoherentLimit(Device dev) =>
        KernelMath.MinNotZero(dev.CoherentDmaMask, dev.BusDmaLimit);

    private bool WantsCookie(Device dev, AbiAttr attrs) =>
        (attrs & AbiAttr.NoKernelMapping) != AbiAttr.None && !_encrypts && !dev.Mem.ForAlloc;

    /// <summary>
    /// Pages that the device reaches. The zone that its limit falls in is tried first; pages
    /// that are out of reach all the same are given back, and the next lower zone is tried.
    /// </summary>
    [Ports("kernel/dma/direct.c", "__dma_direct_alloc_pages", "6.1", "6.12", "7.3")]
    private ulong AllocPages(Device dev, ulong size)
    {
        if (dev.Mem.ForAlloc)
        {
            return AllocSwiotlb(dev, size);
        }
        uint order = OrderOf(size);
        ulong limit = CoherentLimit(dev);
        PageZone zone = OptimalZone(limit);
        while (_machine.Pages.TryGetFreePages(
            dev.Node, zone, order, zeroed: false, out ulong address))
        {
            if (IsCoherentOk(dev, address, size))
            {
                return address;
            }
            _machine.Pages.FreePages(address, order);
            if (!TryLower(ref zone, limit))
            {
                return Swiotlb.MappingError;
            }
        }
        return Swiotlb.MappingError;
    }

    /// <summary>Where to try next, when what there was lies above a limit: a zone lower.
    /// </summary>
    /// <returns>False when there is none.</returns>
    internal static bool TryLower(ref PageZone zone, ulong limit)
    {
        if (zone == PageZone.Dma)
        {
            return false;
        }
        zone = zone == PageZone.Normal && limit < ulong.MaxValue ? PageZone.Dma32 : PageZone.Dma;
        return true;
    }

    /// <summary>The zone that a limit falls in.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_optimal_gfp_mask", "6.1", "6.12", "7.3")]
    internal static PageZone OptimalZone(ulong limit) => limit switch
    {
        <= ZoneDmaMask => PageZone.Dma,
        <= uint.MaxValue => PageZone.Dma32,
        _ => PageZone.Normal,
    };

    [Ports("kernel/dma/direct.c", "dma_direct_alloc_swiotlb", "6.1", "6.12", "7.3")]
    private ulong AllocSwiotlb(Device dev, ulong size)
    {
        ulong address = _swiotlb.Alloc(dev, size, shared: _encrypts);
        if (address != Swiotlb.MappingError && !IsCoherentOk(dev, address, size))
        {
            _swiotlb.Free(dev, address);
            return Swiotlb.MappingError;
        }
        return address;
    }
}
