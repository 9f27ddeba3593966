// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Engine;

/// <summary>A scatterlist that a trace made.</summary>
/// <param name="table">The number of its table, from 1 on.</param>
internal sealed class ScatterList(int table)
{
    /// <summary>The most entries that one can have.</summary>
    public const int Capacity = 256;

    private readonly ScatterEntry[] _entries = new ScatterEntry[Capacity];
    private readonly (uint Buffer, ulong Offset)[] _places = new (uint, ulong)[Capacity];

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>Segments, after it was mapped.</summary>
    public int Segments { get; set; }

    /// <summary>Whether a live mapping is made of it.</summary>
    public bool IsMapped { get; set; }

    /// <summary>The entries.</summary>
    public Span<ScatterEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>Puts an entry at an index, and drops what comes after.</summary>
    public void Put(int index, uint buffer, ulong offset, ulong phys, uint length)
    {
        Count = index + 1;
        _places[index] = (buffer, offset);
        _entries[index] = new ScatterEntry { Phys = phys, Length = length, Table = table };
    }

    /// <summary>The buffer of an entry, and where in it the entry starts.</summary>
    public (uint Buffer, ulong Offset) PlaceOf(int index) => _places[index];

    /// <summary>Forgets what mapping it before left in the entries, as a driver does that
    /// makes its tables anew.</summary>
    public void Forget()
    {
        foreach (ref ScatterEntry entry in Entries)
        {
            entry = new ScatterEntry
            {
                Phys = entry.Phys,
                Length = entry.Length,
                Table = table,
            };
        }
    }
}
