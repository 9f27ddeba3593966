// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Recordings;

/// <summary>
/// Declares what was mapped as buffers, at the addresses that it had. The pool cannot always be
/// where it was: the machine puts it at the end of the lowest 4 GiB, so it goes there, with the same
/// address modulo 16 MiB, where a real machine has no memory but devices.
/// What lies there nevertheless, or where the machine keeps things of its own, gets another place,
/// page for page.
/// </summary>
internal sealed class MemoryLayout
{
    private const ulong Mega = 1UL << 20;
    private const ulong Giga = 1UL << 30;
    private const ulong LowEnd = 4 * Giga;
    private const ulong Page = PageSet.PageBytes;

    // Slot tables and areas are taken from the top of memory, or from right below the pool.
    private const ulong KernelsOwn = 16 * Mega;
    private const ulong PoolPeriod = 16 * Mega;
    private const ulong LowestUsable = Mega;
    private const ulong MostMemory = 64 * Giga;

    // Engines have room for 256; one may be needed besides.
    private const int MostBuffers = 255;
    private readonly List<Region> _regions = [];
    private readonly ulong _poolStart;
    private readonly ulong _poolEnd;
    private ulong _spare;
    private int _last;

    /// <summary>Lays out memory.</summary>
    /// <param name="pages">What was mapped.</param>
    /// <param name="poolBase">Where the pool was.</param>
    /// <param name="poolBytes">Its size.</param>
    /// <param name="largestAllocation">What may have to be mapped without being known.</param>
    public MemoryLayout(
        PageSet pages, ulong poolBase, ulong poolBytes, ulong largestAllocation)
    {
        var top = LowEnd - poolBytes;
        _poolStart = top - ((top - poolBase) % PoolPeriod);
        _poolEnd = _poolStart + poolBytes;
        Place(Runs(pages));
        var spare = Math.Max(
            largestAllocation, PoolPrologue.SegmentSlots * PoolPrologue.SlotBytes);
        Spare = new BufferDeclaration("spare", spare, Elsewhere(spare));
        var highest = Math.Max(_spare, _regions.Select(r => r.At + r.Bytes).DefaultIfEmpty().Max());
        Bytes = highest <= _poolStart
            ? _poolEnd
            : ((highest + Mega - 1) & ~(Mega - 1)) + KernelsOwn;
        if (Bytes > _poolEnd && _poolEnd < LowEnd)
        {
            Hole.Add(new PoolDeclaration("hole", _poolEnd, LowEnd - _poolEnd));
        }

        Buffers = [.. _regions.Select((r, i) => new BufferDeclaration($"b{i}", r.Bytes, r.At))];
    }

    private readonly record struct Region(ulong Recorded, ulong Bytes, ulong At);

    /// <summary>RAM of the machine.</summary>
    public ulong Bytes { get; }

    /// <summary>Keeps the pool from lying higher than it should, where need be.</summary>
    public List<PoolDeclaration> Hole { get; } = [];

    /// <summary>Memory that nobody mapped, for what has none that is known. If it is declared,
    /// it comes behind the buffers.</summary>
    public BufferDeclaration Spare { get; }

    /// <summary>What was mapped.</summary>
    public IReadOnlyList<BufferDeclaration> Buffers { get; }

    /// <summary>Bytes of all buffers.</summary>
    public ulong BufferBytes => _regions.Aggregate(0UL, (sum, r) => sum + r.Bytes);

    /// <summary>Bytes that are not at the address that they had.</summary>
    public ulong MovedBytes => _regions.Where(r => r.At != r.Recorded)
        .Aggregate(0UL, (sum, r) => sum + r.Bytes);

    /// <summary>Finds a physical range.</summary>
    /// <param name="address">Where it was.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="buffer">Its buffer.</param>
    /// <param name="offset">Where it starts in the buffer.</param>
    /// <param name="at">Its address here.</param>
    /// <returns>False when it is in no one buffer.</returns>
    public bool Find(ulong address, ulong size, out int buffer, out ulong offset, out ulong at)
    {
        if (_regions.Count > 0 && !Holds(_last, address))
        {
            _last = Search(address);
        }

        (buffer, offset, at) = (_last, 0, 0);
        if (_regions.Count == 0 || !Holds(_last, address)
            || size > _regions[_last].Bytes - (address - _regions[_last].Recorded))
        {
            return false;
        }

        offset = address - _regions[_last].Recorded;
        at = _regions[_last].At + offset;
        return true;
    }

    private bool Holds(int region, ulong address) =>
        address >= _regions[region].Recorded
        && address - _regions[region].Recorded < _regions[region].Bytes;

    private int Search(ulong address)
    {
        var (low, high) = (0, _regions.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _regions[middle].Recorded <= address
                ? (middle, high)
                : (low, middle - 1);
        }

        return low;
    }

    // Fewer and larger buffers where there would be too many: what lies between two that are
    // near to each other joins them.
    private List<(ulong Start, ulong End)> Runs(PageSet pages)
    {
        var runs = pages.Runs().ToList();
        for (var gap = Page; runs.Count > MostBuffers; gap *= 2)
        {
            var joined = new List<(ulong Start, ulong End)>();
            foreach (var run in runs)
            {
                if (joined.Count > 0 && run.Start - joined[^1].End <= gap
                    && IsFree(joined[^1].Start) && IsFree(joined[^1].Start, run.End)
                    && run.End - joined[^1].Start <= Giga)
                {
                    joined[^1] = (joined[^1].Start, run.End);
                }
                else
                {
                    joined.Add(run);
                }
            }

            runs = joined;
        }

        return runs;
    }

    private void Place(List<(ulong Start, ulong End)> runs)
    {
        // Where everything goes that cannot stay; above all that stays.
        _spare = runs.Where(r => IsFree(r.Start, r.End)).Select(r => r.End)
            .DefaultIfEmpty(LowestUsable).Max();
        foreach (var (start, end) in runs)
        {
            for (var from = start; from < end;)
            {
                var bytes = Math.Min(end - from, Giga);
                var at = from;
                if (!IsFree(from, from + bytes))
                {
                    at = Elsewhere(bytes);
                }

                _regions.Add(new Region(from, bytes, at));
                from += bytes;
            }
        }
    }

    private ulong Elsewhere(ulong bytes)
    {
        var at = _spare + Page;
        if (at + bytes > _poolStart - KernelsOwn && at < LowEnd)
        {
            at = LowEnd + Page;
        }

        _spare = at + bytes;
        return at;
    }

    private bool IsFree(ulong address) => IsFree(address, address + 1);

    private bool IsFree(ulong start, ulong end) => start >= LowestUsable
        && end <= MostMemory - (2 * KernelsOwn)
        && (end <= _poolStart - KernelsOwn || start >= LowEnd);
}
