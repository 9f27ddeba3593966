// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>Hands out ranges of a domain's address space, in pages.</summary>
public interface IRangeAllocator
{
    /// <summary>Takes a range that nobody has.</summary>
    /// <param name="cpu">The CPU that asks.</param>
    /// <param name="request">What it needs.</param>
    /// <returns>The first pfn; null when there is no room.</returns>
    ulong? Allocate(uint cpu, in RangeRequest request);

    /// <summary>Takes a range back.</summary>
    /// <param name="cpu">The CPU that gives it, of which nothing is assumed.</param>
    /// <param name="pfn">The first pfn.</param>
    /// <param name="pages">Pages, as they were asked for.</param>
    void Free(uint cpu, ulong pfn, ulong pages);
}
