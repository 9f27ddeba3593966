// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>The IOTLB's entries of one domain. It is as large as ever needed, so that only a
/// flush makes it forget.</summary>
public sealed class Iotlb
{
    private readonly IommuHardware _hardware;
    private readonly IommuPageTable _table;
    private readonly Dictionary<ulong, IommuTranslation> _entries = [];
    private readonly List<ulong> _forgotten = [];

    /// <summary>Creates an empty one.</summary>
    /// <param name="hardware">Where its room comes from.</param>
    /// <param name="table">The page table whose translations it holds.</param>
    public Iotlb(IommuHardware hardware, IommuPageTable table)
    {
        _hardware = hardware;
        _table = table;
    }

    /// <summary>Translates as the device would: from what it holds, or from the page table,
    /// and then it holds that.</summary>
    /// <param name="iova">Where the device goes.</param>
    /// <param name="cachesAbsent">Whether it also holds that there is nothing.</param>
    public IommuTranslation Translate(ulong iova, bool cachesAbsent)
    {
        ulong granule = iova & ~(IommuHardware.GranuleBytes - 1);
        if (_entries.TryGetValue(granule, out IommuTranslation entry))
        {
            return entry;
        }
        IommuTranslation found = _table.Walk(granule);
        if ((found.IsPresent || cachesAbsent) && _hardware.TryTakeEntry())
        {
            _entries.Add(granule, found);
        }
        return found;
    }

    /// <summary>Forgets a range.</summary>
    /// <param name="iova">Its first byte.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="present">Also what is present; else only what is not.</param>
    public void Flush(ulong iova, ulong size, bool present)
    {
        if (size == 0 || _entries.Count == 0)
        {
            return;
        }
        foreach ((ulong granule, IommuTranslation entry) in _entries)
        {
            if (IsInside(granule, iova, size) && (present || !entry.IsPresent))
            {
                _forgotten.Add(granule);
            }
        }
        foreach (ulong granule in _forgotten)
        {
            _entries.Remove(granule);
        }
        _hardware.GiveEntries(_forgotten.Count);
        _forgotten.Clear();
    }

    /// <summary>Granules of a range that it holds as present.</summary>
    public ulong CountHeld(ulong iova, ulong size)
    {
        ulong held = 0;
        foreach ((ulong granule, IommuTranslation entry) in _entries)
        {
            held += entry.IsPresent && IsInside(granule, iova, size) ? 1UL : 0;
        }
        return held;
    }

    /// <summary>Entries that disagree with the page table.</summary>
    /// <param name="present">Of those held as present, which are changed or gone; else of
    /// those held as absent, which are there.</param>
    public ulong CountDisagreeing(bool present)
    {
        ulong count = 0;
        foreach ((ulong granule, IommuTranslation entry) in _entries)
        {
            if (entry.IsPresent == present)
            {
                IommuTranslation now = _table.Walk(granule);
                count += now.IsPresent != present || (present && now.Phys != entry.Phys)
                    ? 1UL
                    : 0;
            }
        }
        return count;
    }

    private static bool IsInside(ulong granule, ulong iova, ulong size) =>
        granule + (IommuHardware.GranuleBytes - 1) >= iova && granule <= iova + (size - 1);
}
