// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>
/// struct iova_fq: a ring of IOVAs that are unmapped, but may still be in the IOTLB. Each
/// remembers how many flushes had been started by then: it is free once more have ended.
/// </summary>
public sealed class FlushQueue
{
    /// <summary>IOVA_DEFAULT_FQ_SIZE: places of a CPU's queue.</summary>
    public const int PerCpuPlaces = 256;

    /// <summary>IOVA_SINGLE_FQ_SIZE: places of a queue that all CPUs share.</summary>
    public const int SharedPlaces = 32768;

    private const string File = "drivers/iommu/dma-iommu.c";

    private readonly Entry[] _entries;
    private readonly Log _log;
    private int _head;
    private int _tail;
    private uint _lock;

    /// <summary>Creates an empty one.</summary>
    /// <param name="places">A power of two; one always stays empty.</param>
    /// <param name="log">The kernel log.</param>
    [Ports(File, "iommu_dma_init_one_fq", "6.12", "7.3")]
    public FlushQueue(int places, Log log)
    {
        _entries = new Entry[places];
        _log = log;
    }

    /// <summary>IOVAs in it.</summary>
    public int Count => (_tail - _head) & (_entries.Length - 1);

    /// <summary>Whether there is no place.</summary>
    [Ports(File, "fq_full", "6.1", "6.12", "7.3")]
    public bool IsFull() => Next(_tail) == _head;

    /// <summary>Takes its lock.</summary>
    internal void Lock() => KernelSpinLock.Acquire(ref _lock, _log);

    /// <summary>Releases its lock.</summary>
    internal void Unlock() => KernelSpinLock.Release(ref _lock, _log);

    /// <summary>Puts an IOVA in. There must be a place.</summary>
    /// <param name="pfn">Its first pfn.</param>
    /// <param name="pages">Its pages.</param>
    /// <param name="flushesStarted">Flushes that have been started.</param>
    [Ports(File, "fq_ring_add", "6.1", "6.12", "7.3")]
    internal void Add(ulong pfn, ulong pages, ulong flushesStarted)
    {
        _entries[_tail] = new Entry(pfn, pages, flushesStarted);
        _tail = Next(_tail);
    }

    /// <summary>Gives back what has been flushed since it was put in. The lock is held.
    /// </summary>
    [Ports(File, "fq_ring_free", "6.1")]
    [Ports(File, "fq_ring_free_locked", "6.12", "7.3")]
    internal void FreeFlushed(DmaCookie cookie)
    {
        while (_head != _tail && _entries[_head].FlushesStarted < cookie.FlushesFinished)
        {
            cookie.Iovas.FreeFast(_entries[_head].Pfn, _entries[_head].Pages);
            _head = Next(_head);
        }
    }

    private int Next(int place) => (place + 1) & (_entries.Length - 1);

    private readonly record struct Entry(ulong Pfn, ulong Pages, ulong FlushesStarted);
}
