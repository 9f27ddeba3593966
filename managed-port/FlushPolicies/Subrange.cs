// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>
/// A part of the address space with a lock, a bitmap and a hint of its own. Every free page at
/// the hint or above has been flushed, always: what is freed moves the hint up behind it, and
/// when the hint goes down there is a flush.
/// </summary>
internal sealed class Subrange
{
    private readonly ApertureRange _pages;
    private readonly ObservedLock _lock;
    private readonly IIotlb _iotlb;
    private ulong _hintPfn;
    private bool _freed;

    /// <summary>Creates one of which nothing is taken.</summary>
    /// <param name="firstPfn">Its first pfn, a multiple of its size.</param>
    /// <param name="pages">Its size, a power of two.</param>
    /// <param name="iotlb">What it flushes.</param>
    /// <param name="observer">Is told what it touches; null for nobody.</param>
    public Subrange(ulong firstPfn, uint pages, IIotlb iotlb, IMemoryObserver? observer)
    {
        _pages = new ApertureRange(firstPfn, pages, observer);
        _lock = new ObservedLock(observer, observer?.Place(1) ?? 0);
        _iotlb = iotlb;
        _hintPfn = firstPfn;
    }

    /// <summary>Takes a range, from the hint on, else from the start.</summary>
    /// <returns>The first pfn, or null.</returns>
    public ulong? Take(in RangeRequest request)
    {
        _lock.Acquire();
        ulong? pfn = _pages.Take(_hintPfn, request);
        if (pfn is null)
        {
            pfn = _pages.Take(_pages.FirstPfn, request);
            if (pfn is not null && _freed)
            {
                // With the lock held: nobody else may get what lies behind the new hint while
                // the flush is under way.
                _iotlb.FlushAll();
                _freed = false;
            }
        }
        if (pfn is not null)
        {
            _hintPfn = pfn.Value + request.Pages;
        }
        _lock.Release();
        return pfn;
    }

    /// <summary>Takes a range back. It cannot be handed out before the hint comes down.
    /// </summary>
    public void Return(ulong pfn, ulong pages)
    {
        _lock.Acquire();
        _pages.Return(pfn, pages);
        _freed = true;
        _hintPfn = Math.Max(_hintPfn, pfn + pages);
        _lock.Release();
    }
}
