// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.FlushPolicies;
using Shouldly;

namespace Dmadiff.Tests.FlushPolicies;

/// <summary>Stands between an allocator and its IOTLB, and holds it to what all of them
/// promise.</summary>
internal sealed class FlushWitness : IIotlb
{
    private readonly List<(ulong Pfn, ulong Pages)> _unflushed = [];

    /// <summary>Ranges that are taken.</summary>
    public List<(ulong Pfn, ulong Pages)> Live { get; } = [];

    /// <summary>How often everything was flushed.</summary>
    public int Flushes { get; private set; }

    public void FlushAll()
    {
        Flushes++;
        _unflushed.Clear();
    }

    public void FlushRange(ulong pfn, ulong pages) =>
        _unflushed.RemoveAll(r => Overlaps(r, pfn, pages));

    /// <summary>Takes a range, and looks at what came.</summary>
    public ulong? Allocate(IRangeAllocator allocator, uint cpu, RangeRequest request)
    {
        ulong? pfn = allocator.Allocate(cpu, request);
        if (pfn is { } first)
        {
            string what = $"{first:#x} of {request}";
            Live.Exists(r => Overlaps(r, first, request.Pages))
                .ShouldBeFalse("exclusive: " + what);
            _unflushed.Exists(r => Overlaps(r, first, request.Pages))
                .ShouldBeFalse("flushed before reuse: " + what);
            (first & request.AlignMask).ShouldBe(0UL, "aligned: " + what);
            (first + request.Pages - 1).ShouldBeLessThanOrEqualTo(
                request.LimitPfn, "limit: " + what);
            if (request.BoundaryPages != 0)
            {
                (first / request.BoundaryPages).ShouldBe(
                    (first + request.Pages - 1) / request.BoundaryPages, "boundary: " + what);
            }

            first.ShouldBeGreaterThan(0UL, "pfn 0 stands for failure");
            Live.Add((first, request.Pages));
        }

        return pfn;
    }

    /// <summary>Gives back one of those that are taken.</summary>
    public void Free(IRangeAllocator allocator, uint cpu, int index)
    {
        (ulong pfn, ulong pages) = Live[index];
        Live.RemoveAt(index);
        _unflushed.Add((pfn, pages));
        allocator.Free(cpu, pfn, pages);
    }

    private static bool Overlaps((ulong Pfn, ulong Pages) range, ulong pfn, ulong pages) =>
        range.Pfn < pfn + pages && pfn < range.Pfn + range.Pages;
}
