// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>
/// The address space in parts, each with its own lock: a CPU has a part that it starts with,
/// and takes another only when there is no room in that one. This is how AMD's driver was made
/// to scale in Linux 4.5 and 4.6, where each CPU remembers the part it was served from last,
/// and what the pools of lib/iommu-common.c do on sparc. In each part, the search goes round
/// and round, and there is a flush before anything is used again: see
/// <see cref="RoundRobinAllocator"/>.
///
/// Freeing needs the lock of the part that the range is in, whoever frees it. The driver tries
/// the lock of the first part and goes on to the next when another CPU holds it; here, where
/// one CPU runs at a time, there is nothing to try.
/// </summary>
public sealed class SubrangeAllocator : IRangeAllocator
{
    private readonly Subrange[] _subranges;
    private readonly uint[] _next;
    private readonly uint _pagesEach;

    /// <summary>Creates it with nothing taken but page 0, whose address is taken for a failure.
    /// </summary>
    /// <param name="subranges">How many parts, above 0.</param>
    /// <param name="pagesEach">Pages of a part: a power of two.</param>
    /// <param name="cpus">How many CPUs there are, above 0.</param>
    /// <param name="iotlb">What it flushes.</param>
    /// <param name="observer">Is told what it touches; null for nobody.</param>
    public SubrangeAllocator(
        uint subranges,
        uint pagesEach,
        uint cpus,
        IIotlb iotlb,
        IMemoryObserver? observer = null)
    {
        _pagesEach = pagesEach;
        _subranges = new Subrange[subranges];
        for (uint i = 0; i < subranges; i++)
        {
            _subranges[i] = new Subrange((ulong)i * pagesEach, pagesEach, iotlb, observer);
        }
        _subranges[0].Take(new RangeRequest(1));
        _next = new uint[cpus];
        for (uint cpu = 0; cpu < cpus; cpu++)
        {
            _next[cpu] = cpu % subranges;
        }
    }

    /// <summary>The part that a CPU starts with now.</summary>
    public uint NextOf(uint cpu) => _next[cpu];

    /// <inheritdoc/>
    public ulong? Allocate(uint cpu, in RangeRequest request)
    {
        uint count = (uint)_subranges.Length;
        for (uint i = 0; i < count; i++)
        {
            uint at = (_next[cpu] + i) % count;
            ulong? pfn = _subranges[at].Take(request);
            if (pfn is not null)
            {
                _next[cpu] = at;
                return pfn;
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public void Free(uint cpu, ulong pfn, ulong pages) =>
        _subranges[pfn / _pagesEach].Return(pfn, pages);
}
