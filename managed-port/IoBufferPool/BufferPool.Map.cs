// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <content>Buffers for mappings, and what becomes of them.</content>
public sealed partial class BufferPool
{
    /// <summary>EVICT_PERIOD_MSEC, in jiffies.</summary>
    private const ulong EvictPeriod = 5000;

    /// <summary>Finds a buffer for a mapping of pages. It starts in the buffer where it starts
    /// in its first page.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="phys">Physical address.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="prot">What it is mapped for.</param>
    /// <param name="attrs">Attributes.</param>
    /// <returns>IOVA, or <see cref="Swiotlb.MappingError"/>.</returns>
    [PortsSeries(Series, File, "io_buffer_pool_map_page")]
    public ulong MapPage(
        Device dev, ulong phys, ulong size, IoBufferProt prot, AbiAttr attrs)
    {
        ulong offset = phys & (_machine.Pages.WholePages(1) - 1);
        IoBufferSlot? slot = FindBuffer(dev, offset + size, prot);
        if (slot is null)
        {
            return Swiotlb.MappingError;
        }
        slot.TakeForPage(phys - offset);
        if (StaysAsItIs(prot, attrs))
        {
            Copy(slot, offset, phys, size);
        }
        return slot.Iova + offset;
    }

    /// <summary>
    /// Finds a buffer for a list, whose entries lie in it one behind the other, and says in the
    /// first entries how the device is to see it: as few segments as it takes.
    /// </summary>
    /// <remarks>There may be more segments than entries, where those are longer than the
    /// device takes: the series goes on behind the list.</remarks>
    /// <param name="dev">The device.</param>
    /// <param name="list">The list.</param>
    /// <param name="prot">What it is mapped for.</param>
    /// <param name="attrs">Attributes.</param>
    /// <returns>Segments; 0 when there is no buffer.</returns>
    [PortsSeries(Series, File, "io_buffer_pool_map_sg")]
    public int MapSg(
        Device dev, Span<ScatterEntry> list, IoBufferProt prot, AbiAttr attrs)
    {
        uint size = 0;
        foreach (ref readonly ScatterEntry entry in list)
        {
            size += entry.Length;
        }
        if (_profile.IoBuffersAreMended && !SuitsList(dev, list))
        {
            return 0;
        }
        IoBufferSlot? slot = FindBuffer(dev, size, prot);
        if (slot is null)
        {
            return 0;
        }
        slot.TakeForList(list[0].Table);
        if (StaysAsItIs(prot, attrs))
        {
            CopyList(slot, list);
        }
        ulong iova = slot.Iova;
        int segments = 0;
        while (size > 0)
        {
            if (segments == list.Length)
            {
                KernelDeathException.Fault("io_buffer_pool_map_sg", 0);
            }
            uint bytes = Math.Min(size, dev.GetMaxSegmentBytes());
            list[segments].DmaLength = bytes;
            list[segments].DmaAddress = iova;
            segments++;
            size -= bytes;
            iova += bytes;
        }
        if (segments < list.Length)
        {
            list[segments].DmaAddress = Swiotlb.MappingError;
            list[segments].DmaLength = 0;
        }
        return segments;
    }

    /// <summary>A mapping has ended: its buffer waits in the cache for the next one.</summary>
    /// <returns>False when the address is not of a buffer.</returns>
    [PortsSeries(Series, File, "io_buffer_pool_unmap_buffer")]
    public bool UnmapBuffer(ulong iova)
    {
        if (!TryFind(iova, out IoBufferClass each, out IoBufferSlot slot))
        {
            return false;
        }
        each.Lock();
        ListHead cache = each.CacheOf(slot.Prot.Access);
        if (cache.IsEmpty)
        {
            _machine.Deferred.Schedule(_evictWork, EvictPeriod);
        }
        slot.Release();
        cache.AddFirst(slot);
        slot.IsOld = false;
        each.Unlock();
        return true;
    }

    /// <summary>A buffer of the smallest class that is large enough: one that waits and is
    /// mapped for just this, else a new one, if there is an empty slot.</summary>
    /// <returns>Its slot, or null.</returns>
    [PortsSeries(Series, File, "io_buffer_pool_map_buffer")]
    private IoBufferSlot? FindBuffer(Device dev, ulong size, IoBufferProt prot)
    {
        IoBufferClass? each = Array.Find(_classes, c => size <= c.BufferBytes);
        if (each is null || (_profile.IoBuffersAreMended && !Reaches(dev, each)))
        {
            return null;
        }
        each.Lock();
        IoBufferSlot? slot = FindCached(each, prot);
        if (slot is not null)
        {
            slot.Remove();
            each.Unlock();
            return slot;
        }
        if (each.EmptySlots.IsEmpty)
        {
            each.Unlock();
            return null;
        }
        slot = (IoBufferSlot)each.EmptySlots.Next;
        slot.Remove();
        each.Unlock();
        if (FillSlot(each, slot, prot))
        {
            return slot;
        }
        each.Lock();
        each.EmptySlots.AddFirst(slot);
        each.Unlock();
        return null;
    }

    private static IoBufferSlot? FindCached(IoBufferClass each, IoBufferProt prot)
    {
        ListHead cache = each.CacheOf(prot.Access);
        int seen = 0;
        for (ListHead at = cache.Next; at != cache; at = at.Next)
        {
            RequireEnd(each, ++seen);
            // What a broken list leads to besides slots are heads of lists.
            if (at is IoBufferSlot slot && slot.Prot == prot)
            {
                return slot;
            }
        }
        return null;
    }

    /// <summary>Gets pages for a buffer, and maps them. They are not cleared.</summary>
    [PortsSeries(Series, File, "io_buffer_pool_fill_slot")]
    private bool FillSlot(IoBufferClass each, IoBufferSlot slot, IoBufferProt prot)
    {
        ulong pageBytes = _machine.Pages.WholePages(1);
        ulong count = each.BufferBytes / pageBytes;
        ulong orders = (_domain.PageSizes | pageBytes) / pageBytes;
        ulong[]? pages = _dma.TakePieces(_node, count, orders, zeroed: _profile.IoBuffersAreMended);
        if (pages is null)
        {
            slot.Fill([]);
            return false;
        }
        slot.Fill(pages);
        ScatterEntry[] list = DmaIommu.ListOf(pages, each.BufferBytes, pageBytes);
        bool listed = _dma.TryTakeTables(list.Length, out List<ulong> tables);
        ulong mapped = 0;
        bool done = listed
            && _core.MapSg(_domain, slot.Iova, list, prot.Access, out mapped) == 0
            && mapped >= each.BufferBytes;
        _dma.FreeTables(tables);
        if (!done)
        {
            _dma.FreePieces(pages);
            slot.Drop();
            return false;
        }
        slot.Prot = prot;
        return true;
    }

    // A list that does not end keeps the machine busy for good.
    private static void RequireEnd(IoBufferClass each, int seen)
    {
        if (seen > each.Slots.Length + IoBufferClass.Caches + 1)
        {
            KernelDeathException.Hang("io_buffer_pool_map_buffer");
        }
    }
}
