// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <summary>
/// struct io_buffer_slot: a place for a bounce buffer, at an IOVA that never changes. It is
/// empty, or its buffer waits in a cache, or a mapping uses it.
/// </summary>
/// <param name="iova">Where a device finds its buffer.</param>
public sealed class IoBufferSlot(ulong iova) : ListHead
{
    private ulong[]? _pages;
    private bool _areFreed;

    /// <summary>Where a device finds its buffer.</summary>
    public ulong Iova => iova;

    /// <summary>orig_buffer, of a mapping of pages: the physical address of the first.</summary>
    public ulong? OrigPage { get; private set; }

    /// <summary>orig_buffer, of a list: the number of its table; 0 for none.</summary>
    public int OrigTable { get; private set; }

    /// <summary>prot: what a device may do there, and whether caches take part.</summary>
    public IoBufferProt Prot { get; set; }

    /// <summary>old_cache_entry: it was in its cache when it was last looked for what to
    /// evict.</summary>
    public bool IsOld { get; set; }

    /// <summary>Pages of its buffer.</summary>
    public int PageCount => _pages?.Length ?? 0;

    /// <summary>Gives it a buffer.</summary>
    /// <param name="pages">Physical addresses, in order.</param>
    public void Fill(ulong[] pages)
    {
        _pages = pages;
        _areFreed = false;
    }

    /// <summary>Its buffer was freed. The pointer to it stays where it was.</summary>
    public void Drop() => _areFreed = true;

    /// <summary>A mapping of pages uses it.</summary>
    /// <param name="page">Physical address of the first.</param>
    public void TakeForPage(ulong page)
    {
        OrigPage = page;
        OrigTable = 0;
    }

    /// <summary>A mapping of a list uses it.</summary>
    /// <param name="table">The number of its table.</param>
    public void TakeForList(int table)
    {
        OrigPage = null;
        OrigTable = table;
    }

    /// <summary>The mapping has ended.</summary>
    public void Release()
    {
        OrigPage = null;
        OrigTable = 0;
    }

    /// <summary>All pages of its buffer.</summary>
    public ulong[] Pages => _pages ?? [];

    /// <summary>bounce_buffer[index]: a page of its buffer.</summary>
    /// <exception cref="KernelDeathException">There is no such page, or none at all.</exception>
    public ulong PageAt(ulong index, string where)
    {
        if (_areFreed || index >= (ulong)PageCount)
        {
            KernelDeathException.Fault(where, index);
        }
        return _pages![index];
    }
}
