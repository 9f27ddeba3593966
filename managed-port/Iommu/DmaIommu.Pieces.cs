// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>
/// Coherent memory in pieces: the IOMMU puts them together for the device, and vmap() for the
/// CPU.
/// </content>
public sealed partial class DmaIommu
{
    /// <summary>SG_MAX_SINGLE_ALLOC: entries of a page of a scatterlist's table.</summary>
    private const int TableEntries = 128;

    /// <summary>All that vmap() has addresses for, in bytes.</summary>
    private const ulong MappableBytes = 16UL << 30;

    private readonly Dictionary<(Device Dev, ulong Iova), ulong[]> _pieces = [];
    private ulong _mappedBytes;

    /// <summary>The pages of memory in pieces, in order; null for other memory.</summary>
    public ulong[]? PagesOf(Device dev, ulong iova) => _pieces.GetValueOrDefault((dev, iova));

    /// <summary>Takes pages, maps them behind each other, and shows them to the CPU.</summary>
    /// <returns>IOVA, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "iommu_dma_alloc_remap", "6.1", "6.12", "7.3")]
    [Ports(File, "__iommu_dma_alloc_noncontiguous", "6.1", "6.12", "7.3")]
    private ulong AllocInPieces(Device dev, ulong size, AbiAttr attrs)
    {
        AttachLate(dev);
        IommuDomain domain = DomainOf(dev);
        ulong pageBytes = _machine.Pages.WholePages(1);
        ulong sizes = (uint)domain.PageSizes;
        ulong smallest = sizes & (0 - sizes);
        ulong whole = size;
        if (smallest < pageBytes)
        {
            smallest = pageBytes;
            sizes |= pageBytes;
        }
        else
        {
            whole = KernelMath.Align(size, smallest);
        }
        if ((attrs & AbiAttr.SinglePages) != AbiAttr.None)
        {
            sizes = smallest;
        }
        ulong count = _machine.Pages.WholePages(whole) / pageBytes;
        ulong[]? pages = TakePieces(dev.Node, count, sizes / pageBytes, zeroed: true);
        if (pages is null)
        {
            return Swiotlb.MappingError;
        }
        ulong iova = MapPieces(dev, domain, domain.Cookie!.Iovas.Align(whole), pages);
        if (iova == 0)
        {
            FreePieces(pages);
            return Swiotlb.MappingError;
        }
        if (!TryShow(_machine.Pages.WholePages(size)))
        {
            UnmapRange(dev, iova, size);
            FreePieces(pages);
            return Swiotlb.MappingError;
        }
        _pieces[(dev, iova)] = pages;
        return iova;
    }

    /// <summary>Takes pages in blocks as large as the IOMMU has pages for; a size of block
    /// that is not to be had is not tried again.</summary>
    /// <param name="node">Where they are to lie; -1: near the current CPU.</param>
    /// <param name="count">How many.</param>
    /// <param name="orders">Bit n: blocks of 2^n pages.</param>
    /// <param name="zeroed">Whether they are cleared.</param>
    /// <returns>Their addresses, or null.</returns>
    [Ports(File, "__iommu_dma_alloc_pages", "6.1", "6.12", "7.3")]
    internal ulong[]? TakePieces(int node, ulong count, ulong orders, bool zeroed)
    {
        orders &= (1UL << ((int)PageAllocator.MaxOrder + 1)) - 1;
        if (orders == 0 || !_machine.Slab.TryZalloc())
        {
            return null;
        }
        var pages = new List<ulong>();
        while ((ulong)pages.Count < count)
        {
            ulong left = count - (ulong)pages.Count;
            orders &= ulong.MaxValue >> BitOperations.LeadingZeroCount(left);
            if (!TryTakeBlock(node, zeroed, ref orders, out ulong block, out uint order))
            {
                FreePieces([.. pages]);
                return null;
            }
            for (ulong i = 0; i < 1UL << (int)order; i++)
            {
                pages.Add(block + (i << _machine.Pages.PageShift));
            }
        }
        return [.. pages];
    }

    private bool TryTakeBlock(
        int node, bool zeroed, ref ulong orders, out ulong block, out uint order)
    {
        block = 0;
        order = 0;
        for (; orders != 0; orders &= ~(1UL << (int)order))
        {
            order = (uint)BitOperations.Log2(orders);
            if (_machine.Pages.TryGetFreePages(
                node, PageZone.Normal, order, zeroed, out block))
            {
                if (order != 0)
                {
                    _machine.Pages.Split(block, order);
                }
                return true;
            }
        }
        return false;
    }

    /// <summary>Maps pages behind each other, by way of a list of what is contiguous.</summary>
    /// <returns>IOVA, or 0.</returns>
    private ulong MapPieces(Device dev, IommuDomain domain, ulong size, ulong[] pages)
    {
        ulong iova = AllocIova(dev, size, dev.CoherentDmaMask);
        if (iova == 0)
        {
            return 0;
        }
        ScatterEntry[] list = ListOf(pages, size, _machine.Pages.WholePages(1));
        bool done = TryTakeTables(list.Length, out List<ulong> tables)
            && PrepareFor(dev, list)
            && _core.MapSg(domain, iova, list, BothWays, out ulong mapped) == 0
            && mapped >= size;
        FreeTables(tables);
        if (done)
        {
            return iova;
        }
        FreeIova(domain, iova, size, queued: false);
        return 0;
    }

    private bool PrepareFor(Device dev, ScatterEntry[] list)
    {
        foreach (ref readonly ScatterEntry entry in list.AsSpan())
        {
            if (!dev.IsCoherent)
            {
                _machine.Caches.PrepareCoherent(entry.Phys, entry.Length);
            }
        }
        return true;
    }

    /// <summary>A list of what memory is made of, in a table of its own.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="iova">Of the memory.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="phys">Its physical address, if it is in one piece.</param>
    /// <param name="list">The list.</param>
    /// <returns>0, or -ENOMEM.</returns>
    [Ports(File, "iommu_dma_get_sgtable", "6.1", "6.12", "7.3")]
    public int GetSgtable(
        Device dev, ulong iova, ulong size, ulong phys, out ScatterEntry[] list)
    {
        ulong whole = _machine.Pages.WholePages(size);
        list = PagesOf(dev, iova) is { } pages
            ? ListOf(
                pages.AsSpan(0, (int)(whole >> _machine.Pages.PageShift)),
                size,
                _machine.Pages.WholePages(1))
            : [new ScatterEntry { Phys = phys, Length = (uint)whole }];
        bool done = TryTakeTables(list.Length, out List<ulong> tables);
        FreeTables(tables);
        return done ? 0 : Errno.NoMemory;
    }

    /// <summary>sg_alloc_table_from_pages(): an entry for what is contiguous.</summary>
    internal static ScatterEntry[] ListOf(
        ReadOnlySpan<ulong> pages, ulong size, ulong pageBytes)
    {
        var list = new List<ScatterEntry>();
        for (int i = 0; i < pages.Length;)
        {
            int first = i++;
            while (i < pages.Length && pages[i] == pages[i - 1] + pageBytes)
            {
                i++;
            }
            ulong length = Math.Min(size, (ulong)(i - first) * pageBytes);
            size -= length;
            list.Add(new ScatterEntry { Phys = pages[first], Length = (uint)length });
        }
        return [.. list];
    }

    /// <summary>sg_alloc_table_from_pages(): tables of a page each, whose last entry is the
    /// link to the next, and a smaller one for the rest.</summary>
    internal bool TryTakeTables(int entries, out List<ulong> tables)
    {
        tables = [];
        while (entries > 0)
        {
            int now = Math.Min(entries, TableEntries);
            if (now < TableEntries)
            {
                return _machine.Slab.TryZalloc();
            }
            if (!_machine.Pages.TryGetFreePages(
                PageZone.Normal, 0, zeroed: false, out ulong table))
            {
                return false;
            }
            tables.Add(table);
            entries -= entries > now ? now - 1 : now;
        }
        return true;
    }

    /// <summary>sg_free_table().</summary>
    internal void FreeTables(List<ulong> tables)
    {
        foreach (ulong table in tables)
        {
            Clear(table, table + _machine.Pages.WholePages(1));
            _machine.Pages.FreePages(table, 0);
        }
    }

    /// <summary>vmap(): no address is used twice, and a page that is none follows.</summary>
    private bool TryShow(ulong bytes)
    {
        ulong room = bytes + _machine.Pages.WholePages(1);
        if (bytes == 0 || room > MappableBytes - _mappedBytes || !_machine.Slab.TryZalloc())
        {
            return false;
        }
        _mappedBytes += room;
        return true;
    }

    [Ports(File, "__iommu_dma_free_pages", "6.1", "6.12", "7.3")]
    internal void FreePieces(ulong[] pages)
    {
        for (int i = pages.Length - 1; i >= 0; i--)
        {
            _machine.Pages.FreePages(pages[i], 0);
        }
    }
}
