// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Iova;

/// <content>Ranges from the tree and back into it.</content>
public sealed unsafe partial class IovaDomain
{
    /// <summary>alloc_iova(): the highest free range at or below a limit.</summary>
    /// <param name="size">Pages, above 0.</param>
    /// <param name="limitPfn">Last pfn that it may have.</param>
    /// <param name="sizeAligned">Whether it starts at a multiple of its size, rounded up to
    /// a power of two.</param>
    /// <returns>The range, or null when there is none, or no memory for it.</returns>
    [Ports(File, "alloc_iova", "6.1", "6.12", "7.3")]
    public IovaRange* Alloc(ulong size, ulong limitPfn, bool sizeAligned)
    {
        IovaRange* range = _allocator.Ranges.Zalloc();
        if (range == null)
        {
            return null;
        }
        if (!AllocAndInsertRange(size, limitPfn + 1, range, sizeAligned))
        {
            FreeRange(range);
            return null;
        }
        return range;
    }

    /// <summary>free_iova(): frees the range that a pfn is in, if it is in one.</summary>
    [Ports(File, "free_iova", "6.1", "6.12", "7.3")]
    public void Free(ulong pfn)
    {
        Lock();
        IovaRange* range = FindLocked(pfn);
        if (range == null)
        {
            Unlock();
            return;
        }
        RemoveRange(range);
        Unlock();
        FreeRange(range);
    }

    /// <summary>find_iova(): the range that a pfn is in, or null.</summary>
    [Ports(File, "find_iova", "6.1", "6.12", "7.3")]
    public IovaRange* Find(ulong pfn)
    {
        Lock();
        IovaRange* range = FindLocked(pfn);
        Unlock();
        return range;
    }

    /// <summary>
    /// reserve_iova(): has a range never handed out. A range that is there already, and
    /// overlaps, grows downwards to cover what is asked for; what is left above becomes a
    /// range of its own.
    /// </summary>
    /// <returns>The last range that covers a part; null when there is no memory, or the
    /// pfns are none.</returns>
    [Ports(File, "reserve_iova", "6.1", "6.12", "7.3")]
    public IovaRange* Reserve(ulong pfnLo, ulong pfnHi)
    {
        if ((pfnHi | pfnLo) > ulong.MaxValue >> _shift)
        {
            _allocator.Log.Warn("reserve_iova");
            return null;
        }
        Lock();
        bool overlapped = false;
        for (IovaRange* range = _tree.First; range != null; range = RangeTree.Next(range))
        {
            if (pfnLo <= range->PfnHi && pfnHi >= range->PfnLo)
            {
                AdjustOverlap(range, ref pfnLo, pfnHi);
                if (pfnLo >= range->PfnLo && pfnHi <= range->PfnHi)
                {
                    Unlock();
                    return range;
                }
                overlapped = true;
            }
            else if (overlapped)
            {
                break;
            }
        }
        IovaRange* added = InsertNewRange(pfnLo, pfnHi);
        Unlock();
        return added;
    }

    [Ports(File, "__adjust_overlap_range", "6.1", "6.12", "7.3")]
    private static void AdjustOverlap(IovaRange* range, ref ulong pfnLo, ulong pfnHi)
    {
        if (pfnLo < range->PfnLo)
        {
            range->PfnLo = pfnLo;
        }
        if (pfnHi > range->PfnHi)
        {
            pfnLo = range->PfnHi + 1;
        }
    }

    [Ports(File, "__insert_new_range", "6.1", "6.12", "7.3")]
    private IovaRange* InsertNewRange(ulong pfnLo, ulong pfnHi)
    {
        IovaRange* range = _allocator.Ranges.Zalloc();
        if (range != null)
        {
            range->PfnLo = pfnLo;
            range->PfnHi = pfnHi;
            InsertRange(range, null);
        }
        return range;
    }

    /// <summary>
    /// Walks down from the cached node until there is room. When there is none down to the
    /// start, it tries once more from the limit down to where it began.
    /// </summary>
    /// <param name="size">Pages.</param>
    /// <param name="limitPfn">The first pfn that it may not have.</param>
    /// <param name="range">What becomes the range.</param>
    /// <param name="sizeAligned">Whether its start is aligned to its size.</param>
    /// <returns>Whether there was room.</returns>
    [Ports(File, "__alloc_and_insert_iova_range", "6.1", "6.12", "7.3")]
    private bool AllocAndInsertRange(
        ulong size, ulong limitPfn, IovaRange* range, bool sizeAligned)
    {
        ulong alignMask = ulong.MaxValue;
        if (sizeAligned)
        {
            alignMask <<= 64 - BitOperations.LeadingZeroCount(size - 1);
        }
        Lock();
        if (limitPfn <= Dma32BitPfn && size >= Max32AllocSize)
        {
            Unlock();
            return false;
        }
        ulong highPfn = limitPfn;
        ulong lowPfn = StartPfn;
        IovaRange* current = GetCachedNode(limitPfn);
        ulong retryPfn = current->PfnHi;
        while (true)
        {
            IovaRange* above = WalkDown(current, size, alignMask, lowPfn, ref highPfn);
            ulong newPfn = (highPfn - size) & alignMask;
            if (highPfn >= size && newPfn >= lowPfn)
            {
                range->PfnLo = newPfn;
                range->PfnHi = newPfn + size - 1;
                InsertRange(range, above);
                UpdateCachedOnInsert(range);
                Unlock();
                return true;
            }
            if (lowPfn != StartPfn || retryPfn >= limitPfn)
            {
                break;
            }
            highPfn = limitPfn;
            lowPfn = retryPfn + 1;
            current = FindLimit(limitPfn);
        }
        Max32AllocSize = size;
        Unlock();
        return false;
    }

    /// <summary>Goes down from range to range until the gap below one is large enough, or
    /// what would fit is too low.</summary>
    /// <returns>The range above the gap.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private IovaRange* WalkDown(
        IovaRange* current, ulong size, ulong alignMask, ulong lowPfn, ref ulong highPfn)
    {
        while (true)
        {
            _observer?.Read((nint)current);
            highPfn = Math.Min(highPfn, current->PfnLo);
            ulong newPfn = (highPfn - size) & alignMask;
            IovaRange* below = RangeTree.Previous(current);
            if (below == null || newPfn > below->PfnHi || newPfn < lowPfn)
            {
                return current;
            }
            current = below;
        }
    }

    [Ports(File, "private_find_iova", "6.1", "6.12", "7.3")]
    private IovaRange* FindLocked(ulong pfn)
    {
        IovaRange* node = _tree.Root;
        while (node != null)
        {
            _observer?.Read((nint)node);
            if (pfn < node->PfnLo)
            {
                node = node->Left;
            }
            else if (pfn > node->PfnHi)
            {
                node = node->Right;
            }
            else
            {
                return node;
            }
        }
        return null;
    }

    [Ports(File, "remove_iova", "6.1", "6.12", "7.3")]
    private void RemoveRange(IovaRange* range)
    {
        UpdateCachedOnDelete(range);
        _tree.Erase(range);
    }
}
