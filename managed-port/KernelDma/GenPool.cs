// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// lib/genalloc.c, as pool.c uses it: chunks of memory, each with a bitmap of its pages, of
/// which the first that fits is taken. The youngest chunk is looked at first.
/// </summary>
public sealed class GenPool
{
    private readonly List<Chunk> _chunks = [];
    private readonly SimulatedMachine _machine;

    /// <summary>gen_pool_create(), with gen_pool_first_fit_order_align() as its algorithm.
    /// </summary>
    public GenPool(SimulatedMachine machine) => _machine = machine;

    private int PageShift => _machine.Pages.PageShift;

    /// <summary>Bytes in all chunks.</summary>
    [Ports("lib/genalloc.c", "gen_pool_size", "6.1", "6.12", "7.3")]
    public ulong Size()
    {
        ulong size = 0;
        foreach (Chunk chunk in _chunks)
        {
            size += chunk.Bytes;
        }
        return size;
    }

    /// <summary>Free bytes in all chunks.</summary>
    [Ports("lib/genalloc.c", "gen_pool_avail", "6.1", "6.12", "7.3")]
    public ulong Available()
    {
        ulong available = 0;
        foreach (Chunk chunk in _chunks)
        {
            available += chunk.Available;
        }
        return available;
    }

    /// <summary>Adds a chunk of memory.</summary>
    /// <returns>0 or -ENOMEM.</returns>
    [Ports("lib/genalloc.c", "gen_pool_add_owner", "6.1", "6.12", "7.3")]
    public int Add(ulong start, ulong bytes)
    {
        if (!_machine.Slab.TryZalloc())
        {
            return Errno.NoMemory;
        }
        _chunks.Insert(0, new Chunk(start, bytes, PageShift));
        return 0;
    }

    /// <summary>Takes whole pages, at a multiple of the power of two that holds them.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="address">Physical address.</param>
    /// <returns>Whether there was room.</returns>
    [Ports("lib/genalloc.c", "gen_pool_alloc_algo_owner", "6.1", "6.12", "7.3")]
    [Ports("lib/genalloc.c", "gen_pool_first_fit_order_align", "6.1", "6.12", "7.3")]
    public bool TryAlloc(ulong size, out ulong address)
    {
        address = 0;
        if (size == 0)
        {
            return false;
        }
        ulong pages = PagesOf(size);
        foreach (Chunk chunk in _chunks)
        {
            if (size > chunk.Available)
            {
                continue;
            }
            ulong bit = chunk.Pages.FindNextZeroArea(
                pages, KernelMath.RoundUpPowerOf2(pages) - 1);
            if (bit >= chunk.Pages.Length)
            {
                continue;
            }
            chunk.Pages.Set(bit, pages);
            chunk.Available -= pages << PageShift;
            address = chunk.Start + (bit << PageShift);
            return true;
        }
        return false;
    }

    /// <summary>Whether a range lies wholly in one chunk.</summary>
    [Ports("lib/genalloc.c", "gen_pool_has_addr", "6.1", "6.12", "7.3")]
    public bool Has(ulong start, ulong size) =>
        ChunkOf(start) is { } chunk && start + size - 1 < chunk.Start + chunk.Bytes;

    /// <summary>Gives pages back.</summary>
    /// <exception cref="KernelDeathException">They were not taken: BUG.</exception>
    [Ports("lib/genalloc.c", "gen_pool_free_owner", "6.1", "6.12", "7.3")]
    public void Free(ulong start, ulong size)
    {
        const string here = "gen_pool_free_owner";
        ulong pages = PagesOf(size);
        Chunk? chunk = ChunkOf(start);
        if (chunk is null || start + size > chunk.Start + chunk.Bytes
            || !chunk.Pages.Clear((start - chunk.Start) >> PageShift, pages))
        {
            _machine.Log.Bug(here);
        }
        chunk.Available += pages << PageShift;
    }

    private ulong PagesOf(ulong size) => (size + (1UL << PageShift) - 1) >> PageShift;

    private Chunk? ChunkOf(ulong address)
    {
        foreach (Chunk chunk in _chunks)
        {
            if (address >= chunk.Start && address < chunk.Start + chunk.Bytes)
            {
                return chunk;
            }
        }
        return null;
    }

    private sealed class Chunk
    {
        public Chunk(ulong start, ulong bytes, int pageShift)
        {
            Start = start;
            Bytes = bytes;
            Available = bytes;
            Pages = new KernelBitmap((uint)(bytes >> pageShift));
        }

        public ulong Start { get; }

        public ulong Bytes { get; }

        public ulong Available { get; set; }

        public KernelBitmap Pages { get; }
    }
}
