// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>
/// Lazy flushing: what is unmapped waits in a ring, as taken, until a flush of everything has
/// come after it; only then it goes back to the allocator. A flush comes when a ring is full,
/// or some time after something was put into an empty one. One flush is good for the rings of
/// all CPUs: entries carry the number of flushes that had begun when they came, and are free
/// when more than so many have ended.
///
/// This is the policy by itself, as small as it can be said; the port of dma-iommu has the
/// kernel's own. Linux's names: queue_iova(), fq_ring_free(), fq_flush_timeout().
/// </summary>
public sealed class FlushQueue
{
    private readonly FlushQueueKind _kind;
    private readonly IIotlb _iotlb;
    private readonly IRangeAllocator _allocator;
    private readonly IMemoryObserver? _observer;
    private readonly FlushQueueRing[] _rings;
    private readonly nint _counters;
    private readonly nint _timer;
    private ulong _started;
    private ulong _finished;

    /// <summary>Creates empty rings.</summary>
    /// <param name="kind">Which rings.</param>
    /// <param name="cpus">How many CPUs there are, above 0.</param>
    /// <param name="iotlb">What it flushes.</param>
    /// <param name="allocator">Where ranges go in the end.</param>
    /// <param name="observer">Is told what it touches; null for nobody.</param>
    public FlushQueue(
        FlushQueueKind kind,
        uint cpus,
        IIotlb iotlb,
        IRangeAllocator allocator,
        IMemoryObserver? observer = null)
    {
        _kind = kind;
        _iotlb = iotlb;
        _allocator = allocator;
        _observer = observer;
        _counters = observer?.Place(1) ?? 0;
        _timer = observer?.Place(1) ?? 0;
        _rings = new FlushQueueRing[kind.IsPerCpu ? cpus : 1];
        for (int i = 0; i < _rings.Length; i++)
        {
            _rings[i] = new FlushQueueRing(kind.RingEntries, observer);
        }
    }

    /// <summary>When the timer is due; null when it is off.</summary>
    public ulong? DueNanoseconds { get; private set; }

    /// <summary>How many ranges wait.</summary>
    public int Waiting => _rings.Sum(ring => ring.Count);

    /// <summary>queue_iova(): a range was unmapped.</summary>
    /// <param name="cpu">The CPU that did it.</param>
    /// <param name="pfn">First pfn.</param>
    /// <param name="pages">Pages, above 0.</param>
    /// <param name="now">The time, in ns.</param>
    public void Add(uint cpu, ulong pfn, ulong pages, ulong now)
    {
        FlushQueueRing ring = _rings[_kind.IsPerCpu ? cpu : 0];
        ring.Lock.Acquire();
        FreeFlushed(cpu, ring);
        if (ring.IsFull)
        {
            Flush();
            FreeFlushed(cpu, ring);
        }
        _observer?.Read(_counters);
        ring.Add(pfn, pages, _started);
        ring.Lock.Release();
        _observer?.Read(_timer);
        if (DueNanoseconds is null)
        {
            _observer?.Write(_timer);
            DueNanoseconds = now + _kind.TimeoutNanoseconds;
        }
    }

    /// <summary>fq_flush_timeout(): the timer is due. What waits, in all rings, is free.
    /// </summary>
    /// <param name="cpu">The CPU that it runs on.</param>
    public void Expire(uint cpu)
    {
        _observer?.Write(_timer);
        DueNanoseconds = null;
        Flush();
        foreach (FlushQueueRing ring in _rings)
        {
            ring.Lock.Acquire();
            FreeFlushed(cpu, ring);
            ring.Lock.Release();
        }
    }

    private void Flush()
    {
        _observer?.Write(_counters);
        _started++;
        _iotlb.FlushAll();
        _observer?.Write(_counters);
        _finished++;
    }

    private void FreeFlushed(uint cpu, FlushQueueRing ring)
    {
        _observer?.Read(_counters);
        while (ring.TryTake(_finished, out (ulong Pfn, ulong Pages) range))
        {
            _allocator.Free(cpu, range.Pfn, range.Pages);
        }
    }
}
