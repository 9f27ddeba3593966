// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// kernel/dma/pool.c: memory set aside at boot for allocations that may not sleep, where
/// preparing memory could. One pool for each zone; each grows in the background when less is
/// left than it started with, and never shrinks.
/// </summary>
public sealed class DmaPool
{
    private const ulong SmallestBytes = 128 << 10;
    private const ulong PagesForEach = (1UL << 30) / SmallestBytes;

    private readonly SimulatedMachine _machine;
    private readonly SwiotlbProfile _profile;
    private readonly DelayedWork _grow;
    private readonly ulong[] _bytes = new ulong[3];
    private readonly GenPool?[] _pools = new GenPool?[3];
    private ulong _initialBytes;

    /// <summary>Creates the state of a kernel that has not run yet.</summary>
    public DmaPool(SimulatedMachine machine, SwiotlbProfile profile)
    {
        _machine = machine;
        _profile = profile;
        _grow = new DelayedWork(Grow);
    }

    /// <summary>The boot parameter "coherent_pool=SIZE".</summary>
    [Ports("kernel/dma/pool.c", "early_coherent_pool", "6.1", "6.12", "7.3")]
    public void SetupSize(string? text)
    {
        if (text is null)
        {
            KernelDeathException.Fault("memparse", 0);
        }
        _initialBytes = new KernelText(text).ReadMemorySize();
    }

    /// <summary>postcore_initcall: makes the pools.</summary>
    [Ports("kernel/dma/pool.c", "dma_atomic_pool_init", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/pool.c", "dma_atomic_pool_debugfs_init", "6.1", "6.12", "7.3")]
    public void Init()
    {
        if (_initialBytes == 0)
        {
            int shift = _machine.Pages.PageShift;
            ulong pages = (_machine.Memory.Bytes >> shift) / PagesForEach;
            pages = Math.Min(pages, 1UL << (int)PageAllocator.MaxOrder);
            _initialBytes = Math.Max(pages << shift, SmallestBytes);
        }
        InitOne(PageZone.Normal);
        InitOne(PageZone.Dma);
        InitOne(PageZone.Dma32);
    }

    /// <summary>has_managed_zone(): whether RAM reaches into a zone.</summary>
    private bool HasPages(PageZone zone) => _machine.Memory.Bytes > zone switch
    {
        PageZone.Dma => 0,
        PageZone.Dma32 => DmaDirect.ZoneDmaMask + 1,
        _ => 1UL << 32,
    };

    /// <summary>Bytes of a pool, as its debugfs file tells.</summary>
    public ulong BytesOf(PageZone zone) => _bytes[(int)zone];

    /// <summary>
    /// Takes zeroed pages from the first pool that has them where the device reaches. An
    /// allocation that needs low memory starts low.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes, whole pages.</param>
    /// <param name="zone">The zone asked for.</param>
    /// <param name="attrs">NoWarn keeps exhaustion quiet.</param>
    /// <param name="shared">Whether it is to be decrypted: a revision whose pools know that
    /// they are has no other.</param>
    /// <returns>Physical address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/pool.c", "dma_alloc_from_pool", "6.1", "6.12", "7.3")]
    public ulong Alloc(Device dev, ulong size, PageZone zone, AbiAttr attrs, bool shared)
    {
        bool found = false;
        bool fits = !_profile.SharesByPool || shared == _machine.Encryption.IsOn;
        PageZone? first = fits ? FirstPool(zone) : null;
        for (PageZone? next = first; next is { } pool; next = NextPool(next))
        {
            found = true;
            ulong address = AllocFrom(dev, size, _pools[(int)pool]!);
            if (address != Swiotlb.MappingError)
            {
                return address;
            }
        }
        if (!found)
        {
            _machine.Log.Warn(
                "dma_alloc_from_pool", $"Failed to get suitable pool for {dev.Name}");
        }
        else if ((attrs & AbiAttr.NoWarn) == AbiAttr.None)
        {
            _machine.Log.Warn("dma_alloc_from_pool", $"DMA pool exhausted for {dev.Name}");
        }
        return Swiotlb.MappingError;
    }

    /// <summary>Gives pages back, if they are from a pool.</summary>
    /// <returns>Whether they are.</returns>
    [Ports("kernel/dma/pool.c", "dma_free_from_pool", "6.1", "6.12", "7.3")]
    public bool Free(ulong start, ulong size)
    {
        for (PageZone? next = FirstPool(PageZone.Normal);
            next is { } pool;
            next = NextPool(next))
        {
            if (_pools[(int)pool]!.Has(start, size))
            {
                _pools[(int)pool]!.Free(start, size);
                return true;
            }
        }
        return false;
    }

    [Ports("kernel/dma/pool.c", "__dma_atomic_pool_init", "6.1", "6.12", "7.3")]
    private void InitOne(PageZone zone)
    {
        string gfp = zone switch
        {
            PageZone.Dma => "GFP_KERNEL|GFP_DMA",
            PageZone.Dma32 => "GFP_KERNEL|GFP_DMA32",
            _ => "GFP_KERNEL",
        };
        if ((_profile.PoolsByZone && !HasPages(zone)) || !_machine.Slab.TryZalloc())
        {
            return;
        }
        var pool = new GenPool(_machine);
        if (Expand(pool, _initialBytes, zone) != 0)
        {
            _machine.Log.Error(
                $"DMA: failed to allocate {_initialBytes >> 10} KiB {gfp} pool for atomic "
                + "allocation");
            return;
        }
        _pools[(int)zone] = pool;
        _machine.Log.Info(
            $"DMA: preallocated {pool.Size() >> 10} KiB {gfp} pool for atomic allocations");
    }

    /// <summary>
    /// Adds a chunk: as many pages as asked for, or the largest block below that there is. When
    /// the chunk cannot be noted, 6.12 loses the pages.
    /// </summary>
    [Ports("kernel/dma/pool.c", "atomic_pool_expand", "6.1", "6.12", "7.3")]
    private int Expand(GenPool pool, ulong bytes, PageZone zone)
    {
        int order = Math.Min(
            KernelMath.GetOrder(bytes, _machine.Pages.PageShift), (int)PageAllocator.MaxOrder);
        ulong start;
        while (!_machine.Pages.TryGetFreePages(zone, (uint)order, zeroed: false, out start))
        {
            if (order-- == 0)
            {
                return Errno.NoMemory;
            }
        }
        ulong taken = 1UL << (order + _machine.Pages.PageShift);
        _machine.Caches.PrepareCoherent(start, taken);
        _machine.Encryption.Decrypt(start, taken);
        int error = pool.Add(start, taken);
        if (error != 0)
        {
            _machine.Encryption.Encrypt(start, taken);
            if (!_profile.LeaksPagesItCannotPool)
            {
                _machine.Pages.FreePages(start, (uint)order);
            }
            return _profile.TellsPagesItCannotPool ? error : 0;
        }
        _bytes[(int)zone] += taken;
        return 0;
    }

    [Ports("kernel/dma/pool.c", "atomic_pool_work_fn", "6.1", "6.12", "7.3")]
    private void Grow()
    {
        Resize(PageZone.Dma);
        Resize(PageZone.Dma32);
        Resize(PageZone.Normal);
    }

    [Ports("kernel/dma/pool.c", "atomic_pool_resize", "6.1", "6.12", "7.3")]
    private void Resize(PageZone zone)
    {
        if (_pools[(int)zone] is { } pool && pool.Available() < _initialBytes)
        {
            _ = Expand(pool, pool.Size(), zone);
        }
    }

    /// <summary>Where to look first: in the pool of the zone asked for. 7.3 looks elsewhere
    /// when there is none.</summary>
    [Ports("kernel/dma/pool.c", "dma_guess_pool", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/pool.c", "__dma_guess_pool", "7.3")]
    private PageZone? FirstPool(PageZone zone)
    {
        if (_profile.PoolsByZone)
        {
            return zone switch
            {
                PageZone.Dma => Existing(PageZone.Dma) ?? Existing(PageZone.Dma32),
                PageZone.Dma32 => Existing(PageZone.Dma32) ?? Existing(PageZone.Dma),
                _ => Existing(PageZone.Normal) ?? NextPool(PageZone.Normal),
            } ?? Existing(PageZone.Normal);
        }
        if (zone == PageZone.Dma32)
        {
            return Existing(PageZone.Dma32);
        }
        return zone == PageZone.Dma && _pools[(int)PageZone.Dma] is not null
            ? PageZone.Dma
            : Existing(PageZone.Normal);
    }

    private PageZone? NextPool(PageZone? last) => last switch
    {
        PageZone.Normal => Existing(PageZone.Dma32) ?? Existing(PageZone.Dma),
        PageZone.Dma32 => Existing(PageZone.Dma),
        _ => null,
    };

    private PageZone? Existing(PageZone zone) => _pools[(int)zone] is null ? null : zone;

    [Ports("kernel/dma/pool.c", "__dma_alloc_from_pool", "6.1", "6.12", "7.3")]
    private ulong AllocFrom(Device dev, ulong size, GenPool pool)
    {
        if (!pool.TryAlloc(size, out ulong address))
        {
            return Swiotlb.MappingError;
        }
        if (!DmaDirect.IsWithinReach(dev, address, size))
        {
            pool.Free(address, size);
            return Swiotlb.MappingError;
        }
        if (pool.Available() < _initialBytes)
        {
            _machine.Deferred.Schedule(_grow);
        }
        _machine.Memory.Zero(address, size, "dma_alloc_from_pool");
        return address;
    }
}
