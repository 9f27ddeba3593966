// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>A stretch of the address space: a bit a page, set while the page is taken.
/// </summary>
internal sealed class ApertureRange
{
    private const uint BitsPerLine = IMemoryObserver.LineBytes * 8;

    private readonly KernelBitmap _bitmap;
    private readonly IMemoryObserver? _observer;
    private readonly nint _lines;

    /// <summary>Creates one of which nothing is taken.</summary>
    /// <param name="firstPfn">Its first pfn, a multiple of its size.</param>
    /// <param name="pages">Its size, a power of two.</param>
    /// <param name="observer">Is told of the bitmap's lines; may be null.</param>
    public ApertureRange(ulong firstPfn, uint pages, IMemoryObserver? observer)
    {
        FirstPfn = firstPfn;
        _bitmap = new KernelBitmap(pages);
        _observer = observer;
        _lines = observer?.Place((int)((pages + BitsPerLine - 1) / BitsPerLine)) ?? 0;
    }

    /// <summary>Its first pfn.</summary>
    public ulong FirstPfn { get; }

    /// <summary>The pfn behind its last.</summary>
    public ulong EndPfn => FirstPfn + _bitmap.Length;

    /// <summary>iommu_area_alloc(): takes the first free range from a pfn on.</summary>
    /// <param name="fromPfn">Where the search starts.</param>
    /// <param name="request">What is needed.</param>
    /// <returns>The first pfn; null when there is no room up to the end of the stretch, or the
    /// limit.</returns>
    public ulong? Take(ulong fromPfn, in RangeRequest request)
    {
        if (request.LimitPfn < FirstPfn)
        {
            return null;
        }
        ulong length = Math.Min(_bitmap.Length - 1, request.LimitPfn - FirstPfn) + 1;
        ulong from = fromPfn - FirstPfn;
        while (true)
        {
            ulong bit = _bitmap.FindNextZeroArea(
                from, length, request.Pages, request.AlignMask);
            Searched(from, Math.Min(bit + request.Pages, length));
            if (bit + request.Pages > length)
            {
                return null;
            }
            if (!SpansBoundary(bit, request))
            {
                _bitmap.Set(bit, request.Pages);
                Wrote(bit, request.Pages);
                return FirstPfn + bit;
            }
            from = KernelMath.Align(FirstPfn + bit + 1, request.BoundaryPages) - FirstPfn;
        }
    }

    /// <summary>bitmap_clear().</summary>
    /// <exception cref="InvalidOperationException">A page of it is not taken.</exception>
    public void Return(ulong pfn, ulong pages)
    {
        if (!_bitmap.Clear(pfn - FirstPfn, pages))
        {
            throw new InvalidOperationException($"pfn {pfn:#x} is freed, and was not taken");
        }
        Wrote(pfn - FirstPfn, pages);
    }

    /// <summary>iommu_is_span_boundary().</summary>
    private bool SpansBoundary(ulong bit, in RangeRequest request) =>
        request.BoundaryPages != 0
        && ((FirstPfn + bit) & (request.BoundaryPages - 1)) + request.Pages
            > request.BoundaryPages;

    private void Searched(ulong from, ulong end)
    {
        if (_observer is not null)
        {
            for (ulong line = from / BitsPerLine; line * BitsPerLine < end; line++)
            {
                _observer.Read(_lines + ((nint)line * IMemoryObserver.LineBytes));
            }
        }
    }

    private void Wrote(ulong bit, ulong count)
    {
        if (_observer is not null)
        {
            for (ulong line = bit / BitsPerLine; line * BitsPerLine < bit + count; line++)
            {
                _observer.Write(_lines + ((nint)line * IMemoryObserver.LineBytes));
            }
        }
    }
}
