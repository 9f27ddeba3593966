// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// Which physical ranges are taken: the machine's only allocator of RAM. Ranges are kept
/// sorted and never merged, so that each can only be given back as it was taken.
/// </summary>
public sealed class RegionMap
{
    /// <summary>What is taken at boot: [0, 1 MiB).</summary>
    public const ulong LowBytes = 1UL << 20;

    private readonly List<Region> _taken = [];
    private ulong _memoryBytes;

    /// <summary>Where high memory begins; the end of RAM when there is none.</summary>
    public ulong LowEnd { get; private set; }

    /// <summary>Forgets everything, and takes the first MiB.</summary>
    /// <param name="memoryBytes">Bytes of RAM.</param>
    /// <param name="lowEnd">Where high memory begins, which is only had by address.</param>
    public void PowerOn(ulong memoryBytes, ulong lowEnd)
    {
        _memoryBytes = memoryBytes;
        LowEnd = lowEnd;
        _taken.Clear();
        _taken.Add(new Region(0, Math.Min(LowBytes, memoryBytes), Fixed: true));
    }

    /// <summary>
    /// Takes the highest free range of the size that is aligned and ends at or below the
    /// limit.
    /// </summary>
    /// <param name="size">Bytes; an empty range is never found.</param>
    /// <param name="align">What the address is a multiple of; 0 means 1.</param>
    /// <param name="floor">Where the range may begin, a physical address.</param>
    /// <param name="limit">Where the range must end, an exclusive physical address.</param>
    /// <param name="address">Physical address of the range.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(
        ulong size, ulong align, ulong floor, ulong limit, out ulong address)
    {
        address = 0;
        if (size == 0)
        {
            return false;
        }
        ulong step = Math.Max(align, 1);
        ulong gapEnd = Math.Min(limit, LowEnd);
        for (int after = _taken.Count; after >= 0; after--)
        {
            ulong gapStart = Math.Max(floor, after == 0 ? 0 : _taken[after - 1].End);
            if (gapEnd > gapStart && gapEnd - gapStart >= size)
            {
                ulong candidate = gapEnd - size;
                candidate -= candidate % step;
                if (candidate >= gapStart)
                {
                    _taken.Insert(after, new Region(candidate, size, Fixed: false));
                    address = candidate;
                    return true;
                }
            }
            if (after > 0)
            {
                gapEnd = Math.Min(gapEnd, _taken[after - 1].Start);
            }
        }
        return false;
    }

    /// <summary>Takes exactly a range.</summary>
    /// <param name="start">Physical address.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>0; -EINVAL when it is empty or not inside RAM; -EBUSY when any byte of it is
    /// taken.</returns>
    public int Reserve(ulong start, ulong size)
    {
        if (size == 0 || start > _memoryBytes || size > _memoryBytes - start)
        {
            return Errno.Invalid;
        }
        int at = 0;
        while (at < _taken.Count && _taken[at].End <= start)
        {
            at++;
        }
        if (at < _taken.Count && _taken[at].Start < start + size)
        {
            return Errno.Busy;
        }
        _taken.Insert(at, new Region(start, size, Fixed: false));
        return 0;
    }

    /// <summary>Gives back a range exactly as one call took it.</summary>
    /// <param name="start">Physical address.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>False when no call took that range: a misuse.</returns>
    public bool TryFree(ulong start, ulong size)
    {
        int at = _taken.IndexOf(new Region(start, size, Fixed: false));
        if (at < 0)
        {
            return false;
        }
        _taken.RemoveAt(at);
        return true;
    }

    /// <summary>Has a range that one call took be given back in pieces.</summary>
    /// <param name="start">Physical address.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="piece">Bytes of a piece; divides the size.</param>
    public void Split(ulong start, ulong size, ulong piece)
    {
        int at = _taken.IndexOf(new Region(start, size, Fixed: false));
        _taken.RemoveAt(at);
        for (ulong done = 0; done < size; done += piece)
        {
            _taken.Insert(at++, new Region(start + done, piece, Fixed: false));
        }
    }

    private readonly record struct Region(ulong Start, ulong Size, bool Fixed)
    {
        public ulong End => Start + Size;
    }
}
