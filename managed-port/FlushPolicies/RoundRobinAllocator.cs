// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>
/// The address allocator that AMD's IOMMU driver had until Linux 4.4: a bitmap that is gone
/// through round and round, and an IOTLB that is flushed only when it starts over.
///
/// What is freed is not flushed. It lies behind <see cref="NextPfn"/>, where the next search
/// starts, so it cannot be handed out again before the search wraps around; and when it does,
/// or when something ahead of the search is freed, <see cref="NeedFlush"/> is set, and one flush
/// comes before the next address is handed out. One flush thus pays for as many mappings as
/// there is address space.
///
/// The price: an address stays usable for the device until that flush, however long it takes.
///
/// The space starts with one range and grows by one at a time, when wrapping around did not
/// help. Linux's names: dma_ops_area_alloc(), dma_ops_alloc_addresses(),
/// dma_ops_free_addresses(), alloc_new_range(), and the lock of the domain around all of them.
/// </summary>
public sealed class RoundRobinAllocator : IRangeAllocator
{
    /// <summary>Pages of a range: 128 MiB of 4 KiB pages.</summary>
    public const uint RangePages = 1 << 15;

    /// <summary>So many ranges at most: 4 GiB.</summary>
    public const int MostRanges = 32;

    // Page 0 is never handed out: its address is taken for a failure.
    private const ulong FirstUsablePfn = 1;

    private readonly IIotlb _iotlb;
    private readonly IMemoryObserver? _observer;
    private readonly ObservedLock _lock;
    private readonly List<ApertureRange> _ranges = [];

    /// <summary>Creates it with one range.</summary>
    /// <param name="iotlb">What it flushes.</param>
    /// <param name="observer">Is told what it touches; null for nobody.</param>
    public RoundRobinAllocator(IIotlb iotlb, IMemoryObserver? observer = null)
    {
        _iotlb = iotlb;
        _observer = observer;
        _lock = new ObservedLock(observer, observer?.Place(1) ?? 0);
        Grow();
        _ranges[0].Take(0, new RangeRequest(FirstUsablePfn));
        NextPfn = FirstUsablePfn;
    }

    /// <summary>Where the next search starts.</summary>
    public ulong NextPfn { get; private set; }

    /// <summary>Whether free pages from <see cref="NextPfn"/> on may still be in the IOTLB.
    /// </summary>
    public bool NeedFlush { get; private set; }

    /// <summary>The pfn behind the last of the address space, as large as it is now.</summary>
    public ulong EndPfn => (ulong)_ranges.Count * RangePages;

    /// <inheritdoc/>
    public ulong? Allocate(uint cpu, in RangeRequest request)
    {
        _lock.Acquire();
        ulong? pfn = TakeOrWrap(request);
        while (pfn is null && request.Pages <= RangePages && Grow())
        {
            pfn = TakeOrWrap(request);
        }
        if (pfn is not null && NeedFlush)
        {
            _iotlb.FlushAll();
            NeedFlush = false;
        }
        _lock.Release();
        return pfn;
    }

    /// <inheritdoc/>
    public void Free(uint cpu, ulong pfn, ulong pages)
    {
        _lock.Acquire();
        _ranges[(int)(pfn / RangePages)].Return(pfn, pages);
        if (pfn >= NextPfn)
        {
            // The search will come across it before it wraps around.
            NeedFlush = true;
        }
        _lock.Release();
    }

    /// <summary>dma_ops_alloc_addresses().</summary>
    private ulong? TakeOrWrap(in RangeRequest request)
    {
        ulong? pfn = TakeFrom(NextPfn, request);
        if (pfn is null)
        {
            NextPfn = 0;
            NeedFlush = true;
            pfn = TakeFrom(0, request);
        }
        return pfn;
    }

    /// <summary>dma_ops_area_alloc(): the range of a pfn from there on, and all ranges above
    /// from their start. A mapping lies in one range.</summary>
    private ulong? TakeFrom(ulong pfn, in RangeRequest request)
    {
        for (int i = (int)(pfn / RangePages); i < _ranges.Count; i++)
        {
            ApertureRange range = _ranges[i];
            ulong? found = range.Take(Math.Max(pfn, range.FirstPfn), request);
            if (found is not null)
            {
                NextPfn = found.Value + request.Pages;
                return found;
            }
        }
        return null;
    }

    /// <summary>alloc_new_range(); the next search looks only there.</summary>
    /// <returns>False when there are as many as there may be.</returns>
    private bool Grow()
    {
        if (_ranges.Count == MostRanges)
        {
            return false;
        }
        NextPfn = EndPfn;
        _ranges.Add(new ApertureRange(EndPfn, RangePages, _observer));
        return true;
    }
}
