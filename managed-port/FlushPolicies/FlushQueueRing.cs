// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>Ranges that wait for a flush, in the order in which they came.</summary>
internal sealed class FlushQueueRing
{
    // The lock, head and tail come first, then the entries: a list of page tables, pfn, pages
    // and counter each.
    private const int EntryBytes = 40;

    private readonly Entry[] _entries;
    private readonly IMemoryObserver? _observer;
    private readonly nint _line;
    private int _head;
    private int _tail;

    /// <summary>Creates an empty one.</summary>
    /// <param name="entries">A power of two; one fewer fit.</param>
    /// <param name="observer">Is told what it touches; null for nobody.</param>
    public FlushQueueRing(int entries, IMemoryObserver? observer)
    {
        _entries = new Entry[entries];
        _observer = observer;
        int bytes = IMemoryObserver.LineBytes + (entries * EntryBytes);
        _line = observer?.Place(bytes / IMemoryObserver.LineBytes) ?? 0;
        Lock = new ObservedLock(observer, _line);
    }

    /// <summary>Its lock, held for all that follows.</summary>
    public ObservedLock Lock { get; }

    /// <summary>How many ranges wait.</summary>
    public int Count => (_tail - _head) & (_entries.Length - 1);

    /// <summary>Whether no more fits.</summary>
    public bool IsFull => Count == _entries.Length - 1;

    /// <summary>Adds a range. It must not be full.</summary>
    public void Add(ulong pfn, ulong pages, ulong counter)
    {
        _entries[_tail] = new Entry(pfn, pages, counter);
        _observer?.Write(LineOf(_tail));
        _tail = (_tail + 1) & (_entries.Length - 1);
    }

    /// <summary>Takes the oldest range, if a flush that began after it came has ended.
    /// </summary>
    /// <param name="flushed">The number of the last flush that has ended.</param>
    /// <param name="range">First pfn and pages.</param>
    /// <returns>Whether there was such a range.</returns>
    public bool TryTake(ulong flushed, out (ulong Pfn, ulong Pages) range)
    {
        range = default;
        if (_head == _tail)
        {
            return false;
        }
        _observer?.Read(LineOf(_head));
        Entry oldest = _entries[_head];
        if (oldest.Counter >= flushed)
        {
            return false;
        }
        _head = (_head + 1) & (_entries.Length - 1);
        range = (oldest.Pfn, oldest.Pages);
        return true;
    }

    private nint LineOf(int entry) =>
        _line + (((entry * EntryBytes / IMemoryObserver.LineBytes) + 1)
            * IMemoryObserver.LineBytes);

    private readonly record struct Entry(ulong Pfn, ulong Pages, ulong Counter);
}
