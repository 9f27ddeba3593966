// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>Scatterlists that are mapped, by device and physical addresses: their end is
/// recorded without the addresses that the device got.</summary>
internal sealed class LiveLists
{
    private readonly Dictionary<(int Device, ulong First), List<Entry>> _lists = [];

    /// <summary>How many are live.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one.</summary>
    /// <param name="device">Its device.</param>
    /// <param name="physical">What it is made of.</param>
    /// <param name="segments">The mappings of its segments.</param>
    public void Add(int device, IReadOnlyList<ulong> physical, MappingTicket[] segments)
    {
        var key = (device, physical[0]);
        if (!_lists.TryGetValue(key, out var entries))
        {
            _lists.Add(key, entries = []);
        }

        entries.Add(new Entry([.. physical], segments));
        Count++;
    }

    /// <summary>Takes out the one that has these physical addresses.</summary>
    /// <returns>The mappings of its segments, or null when there is none.</returns>
    public MappingTicket[]? Take(int device, IReadOnlyList<ulong> physical)
    {
        if (physical.Count == 0
            || !_lists.TryGetValue((device, physical[0]), out var entries))
        {
            return null;
        }

        // Long lists are recorded in part, and not always in the same part.
        var index = entries.FindLastIndex(e => SamePart(e.Physical, physical));
        if (index < 0)
        {
            return null;
        }

        var segments = entries[index].Segments;
        entries.RemoveAt(index);
        Count--;
        if (entries.Count == 0)
        {
            _lists.Remove((device, physical[0]));
        }

        return segments;
    }

    private static bool SamePart(ulong[] known, IReadOnlyList<ulong> asked)
    {
        for (var i = 0; i < Math.Min(known.Length, asked.Count); i++)
        {
            if (known[i] != asked[i])
            {
                return false;
            }
        }

        return known.Length == asked.Count || Math.Min(known.Length, asked.Count) >= Truncation;
    }

    // The kernel records so many addresses at most.
    private const int Truncation = 128;

    private sealed record Entry(ulong[] Physical, MappingTicket[] Segments);
}
