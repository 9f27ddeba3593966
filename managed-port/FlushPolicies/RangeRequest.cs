// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>What is asked of an allocator.</summary>
/// <param name="Pages">Pages, above 0.</param>
/// <param name="AlignMask">Bits of the first pfn that must be 0: a power of two less one, below
/// the pages of a range.</param>
/// <param name="LimitPfn">Highest pfn that the range may have.</param>
/// <param name="BoundaryPages">A multiple of so many pages is not to lie inside the range: a
/// power of two; 0 for none.</param>
public readonly record struct RangeRequest(
    ulong Pages,
    ulong AlignMask = 0,
    ulong LimitPfn = ulong.MaxValue,
    ulong BoundaryPages = 0)
{
    /// <summary>A range that starts at a multiple of its size, rounded up to a power of two,
    /// as dma-iommu asks for it.</summary>
    public static RangeRequest SizeAligned(ulong pages, ulong limitPfn) =>
        new(pages, KernelMath.RoundUpPowerOf2(pages) - 1, limitPfn);
}
