// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>Where pages may lie: the zone bits of a gfp mask.</summary>
public enum PageZone
{
    /// <summary>Anywhere in RAM.</summary>
    Normal,

    /// <summary>__GFP_DMA32: below 4 GiB.</summary>
    Dma32,

    /// <summary>__GFP_DMA: below 16 MiB.</summary>
    Dma,
}

/// <summary>Memblock and the page allocator, both on top of the region map.</summary>
public sealed class PageAllocator
{
    /// <summary>The largest order alloc_pages serves.</summary>
    public const uint MaxOrder = 10;

    private const ulong Dma32Limit = 1UL << 32;
    private const ulong DmaLimit = 1UL << 24;

    private readonly PhysicalMemory _memory;
    private readonly RegionMap _regions;
    private readonly AllocationFailure _failure;
    private readonly Nodes _nodes;
    private readonly PageEncryption _encryption;
    private readonly Log _log;

    /// <summary>log2 of a page's bytes.</summary>
    public int PageShift { get; private set; } = 12;

    /// <summary>Creates it over the machine's memory.</summary>
    public PageAllocator(
        PhysicalMemory memory,
        RegionMap regions,
        AllocationFailure failure,
        Nodes nodes,
        PageEncryption encryption,
        Log log)
    {
        _memory = memory;
        _regions = regions;
        _failure = failure;
        _nodes = nodes;
        _encryption = encryption;
        _log = log;
    }

    /// <summary>Starts over, with pages of some size.</summary>
    /// <param name="pageShift">log2 of their bytes.</param>
    public void PowerOn(int pageShift) => PageShift = pageShift;

    /// <summary>PAGE_ALIGN().</summary>
    public ulong WholePages(ulong bytes)
    {
        ulong offset = (1UL << PageShift) - 1;
        return (bytes + offset) & ~offset;
    }

    /// <summary>memblock_alloc, or memblock_alloc_low: zeroed memory at boot.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="align">Bytes; 0 means 1.</param>
    /// <param name="low">Whether it must lie below 4 GiB.</param>
    /// <param name="address">Physical address.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryMemblockAlloc(ulong size, ulong align, bool low, out ulong address)
    {
        ulong limit = low ? Dma32Limit : ulong.MaxValue;
        if (!_regions.TryTake(size, align, 0, limit, out address))
        {
            return false;
        }
        _memory.Zero(address, size, "memblock_alloc");
        return true;
    }

    /// <summary>memblock_free: gives back what was taken at boot.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="size">Bytes, as they were taken.</param>
    /// <exception cref="KernelDeathException">Nobody took that: misuse.</exception>
    public void FreeMemblock(ulong address, ulong size)
    {
        _encryption.RequireEncrypted(address, size);
        if (!_regions.TryFree(address, size))
        {
            _log.Misuse("memory freed that was not taken");
        }
    }

    /// <summary>__get_free_pages: 2^order pages near the current CPU.</summary>
    /// <param name="zone">Where they may lie.</param>
    /// <param name="order">At most <see cref="MaxOrder"/>, else it fails.</param>
    /// <param name="zeroed">Whether they are cleared.</param>
    /// <param name="address">Physical address.</param>
    /// <returns>Whether there was room, and no failure was armed.</returns>
    public bool TryGetFreePages(PageZone zone, uint order, bool zeroed, out ulong address) =>
        TryGetFreePages(-1, zone, order, zeroed, out address);

    /// <summary>alloc_pages_node: 2^order pages, aligned to their own size.</summary>
    /// <param name="node">Where they are to lie if there is room; -1: near the current CPU.
    /// </param>
    /// <param name="zone">Where they may lie.</param>
    /// <param name="order">At most <see cref="MaxOrder"/>, else it fails.</param>
    /// <param name="zeroed">Whether they are cleared.</param>
    /// <param name="address">Physical address.</param>
    /// <returns>Whether there was room, and no failure was armed.</returns>
    public bool TryGetFreePages(
        int node, PageZone zone, uint order, bool zeroed, out ulong address)
    {
        address = 0;
        if (_failure.ShouldFail() || order > MaxOrder)
        {
            return false;
        }
        ulong size = 1UL << ((int)order + PageShift);
        ulong limit = zone switch
        {
            PageZone.Dma => DmaLimit,
            PageZone.Dma32 => Dma32Limit,
            _ => ulong.MaxValue,
        };
        (ulong start, ulong end) = _nodes.Of(node);
        if (!_regions.TryTake(size, size, start, Math.Min(end, limit), out address)
            && !_regions.TryTake(size, size, 0, limit, out address))
        {
            return false;
        }
        if (zeroed)
        {
            _memory.Zero(address, size, "__get_free_pages");
        }
        return true;
    }

    /// <summary>split_page: each page of a block can then be freed by itself.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="order">The order it was got with.</param>
    public void Split(ulong address, uint order) =>
        _regions.Split(address, 1UL << ((int)order + PageShift), 1UL << PageShift);

    /// <summary>free_pages.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="order">The order they were got with.</param>
    /// <exception cref="KernelDeathException">Nobody got these pages, or devices still see
    /// them: misuse.</exception>
    public void FreePages(ulong address, uint order)
    {
        ulong bytes = 1UL << ((int)order + PageShift);
        FreeMemblock(address, bytes);
    }
}
