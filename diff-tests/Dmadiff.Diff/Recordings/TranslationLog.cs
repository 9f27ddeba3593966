// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>
/// What the IOMMU's tables were told on each CPU since a mapping claimed it. A list behind an
/// IOMMU is recorded with the lengths that the device sees; those of its parts are found here.
/// </summary>
internal sealed class TranslationLog
{
    private const int MostEntries = 4096;
    private const ulong PageMask = 0xfff;
    private readonly Dictionary<int, List<Entry>> _entries = [];

    private readonly record struct Entry(ulong Iova, ulong Physical, ulong Size);

    /// <summary>Translations were recorded at all.</summary>
    public bool Any { get; private set; }

    /// <summary>Notes that an IOVA is mapped.</summary>
    public void Add(RecordedEvent map)
    {
        Any = true;
        if (!_entries.TryGetValue(map.Cpu, out var list))
        {
            _entries.Add(map.Cpu, list = []);
        }

        if (list.Count == MostEntries)
        {
            list.RemoveRange(0, MostEntries / 2);
        }

        list.Add(new Entry(map.DmaAddress, map.Physical, map.Size));
    }

    /// <summary>Whether an address was mapped on a CPU just now.</summary>
    public bool Holds(int cpu, ulong address)
    {
        if (_entries.TryGetValue(cpu, out var list))
        {
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (address - list[i].Iova < list[i].Size)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Forgets what a mapping has claimed.</summary>
    public void Claim(int cpu, ulong address, ulong size)
    {
        if (_entries.TryGetValue(cpu, out var list))
        {
            var end = (address + size + PageMask) & ~PageMask;
            list.RemoveAll(e => e.Iova >= (address & ~PageMask) && e.Iova < end);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>The parts of a list, with their own lengths.</summary>
    /// <param name="list">A map of a list.</param>
    /// <returns>Null when they cannot all be found.</returns>
    public List<(ulong Physical, ulong Size)>? Parts(RecordedEvent list)
    {
        if (!_entries.TryGetValue(list.Cpu, out var entries)
            || list.Segments != list.PhysicalAddresses.Count)
        {
            return null;
        }

        var starts = new List<ulong>();
        foreach (var physical in list.PhysicalAddresses)
        {
            var least = starts.Count == 0 ? 0 : starts[^1] + 1;
            if (Find(entries, physical, least) is not { } start)
            {
                return null;
            }

            starts.Add(start);
        }

        var parts = new List<(ulong, ulong)>();
        for (var i = 0; i < starts.Count; i++)
        {
            var segment = SegmentOf(list, starts[i]);
            if (segment < 0)
            {
                return null;
            }

            var end = list.DmaAddresses[segment] + list.Sizes[segment];
            if (i + 1 < starts.Count && starts[i + 1] < end)
            {
                end = starts[i + 1];
            }

            parts.Add((list.PhysicalAddresses[i], end - starts[i]));
        }

        return parts;
    }

    private static ulong? Find(List<Entry> entries, ulong physical, ulong least)
    {
        ulong? found = null;
        foreach (var entry in entries)
        {
            var iova = entry.Iova + (physical - entry.Physical);
            if (physical - entry.Physical < entry.Size && iova >= least
                && (found is null || iova < found))
            {
                found = iova;
            }
        }

        return found;
    }

    private static int SegmentOf(RecordedEvent list, ulong iova)
    {
        for (var i = 0; i < list.DmaAddresses.Count; i++)
        {
            if (iova >= list.DmaAddresses[i] && iova - list.DmaAddresses[i] < list.Sizes[i])
            {
                return i;
            }
        }

        return -1;
    }
}
