// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>How an address that a device got came about.</summary>
internal enum AddressKind
{
    /// <summary>None was given: the mapping failed.</summary>
    Failed,

    /// <summary>The physical address itself.</summary>
    Direct,

    /// <summary>A place in swiotlb's pool.</summary>
    Bounced,

    /// <summary>An IOVA.</summary>
    Translated,
}

/// <summary>
/// Tells how an address came about: bounces and translations are recorded before the mapping
/// that they are part of, on the same CPU. An interrupt may come between the two with mappings of
/// its own.
/// </summary>
internal sealed class BounceMatcher
{
    private const int MostPending = 1024;
    private readonly Dictionary<int, List<Pending>> _pending = [];
    private readonly Dictionary<int, (ulong Start, ulong End)> _translated = [];
    private long _dropped;

    /// <summary>A bounce that no mapping has claimed.</summary>
    /// <param name="Device">For whom.</param>
    /// <param name="Physical">Of what.</param>
    /// <param name="Size">Bytes.</param>
    public readonly record struct Pending(int Device, ulong Physical, ulong Size);

    /// <summary>Bounces were recorded at all.</summary>
    public bool AnyBounce { get; private set; }

    /// <summary>Translations were recorded at all.</summary>
    public bool AnyTranslation { get; private set; }

    /// <summary>Bounces that no mapping has claimed: of callers that record nothing else, or of
    /// mappings that were lost.</summary>
    public long Unclaimed => _dropped + _pending.Values.Sum(list => (long)list.Count);

    /// <summary>Notes swiotlb_bounced.</summary>
    public void Bounce(RecordedEvent bounced)
    {
        AnyBounce = true;
        var list = PendingOf(bounced.Cpu);
        if (list.Count == MostPending)
        {
            list.RemoveAt(0);
            _dropped++;
        }

        list.Add(new Pending(bounced.Device, bounced.Physical, bounced.Size));
    }

    /// <summary>Notes that the IOMMU's tables map an IOVA.</summary>
    public void Translate(RecordedEvent map)
    {
        AnyTranslation = true;
        var end = map.DmaAddress + map.Size;
        _translated[map.Cpu] =
            _translated.TryGetValue(map.Cpu, out var last) && last.End == map.DmaAddress
                ? (last.Start, end)
                : (map.DmaAddress, end);
    }

    /// <summary>Tells how the address of one segment came about, and claims its bounce.
    /// </summary>
    public AddressKind Claim(int cpu, int device, ulong physical, ulong dma)
    {
        var list = PendingOf(cpu);
        var index = list.Count - 1;
        while (index >= 0 && (list[index].Device != device || list[index].Physical != physical))
        {
            index--;
        }

        if (index >= 0)
        {
            list.RemoveAt(index);
        }

        if (dma == AbiConstants.NoAddress)
        {
            return AddressKind.Failed;
        }

        if (_translated.TryGetValue(cpu, out var range) && dma >= range.Start && dma < range.End)
        {
            return AddressKind.Translated;
        }

        return index >= 0 ? AddressKind.Bounced
            : dma == physical ? AddressKind.Direct
            : AnyBounce || AnyTranslation ? AddressKind.Translated
            : AddressKind.Bounced;
    }

    /// <summary>Takes away what is left for a device on a CPU: the segments of a list that
    /// was recorded only in part, or failed.</summary>
    public List<Pending> TakeRest(int cpu, int device)
    {
        var list = PendingOf(cpu);
        var rest = list.FindAll(p => p.Device == device);
        list.RemoveAll(p => p.Device == device);
        return rest;
    }

    /// <summary>After a gap nothing that is pending belongs to what comes.</summary>
    public void Forget()
    {
        foreach (var list in _pending.Values)
        {
            _dropped += list.Count;
            list.Clear();
        }

        _translated.Clear();
    }

    private List<Pending> PendingOf(int cpu)
    {
        if (!_pending.TryGetValue(cpu, out var list))
        {
            _pending.Add(cpu, list = []);
        }

        return list;
    }
}
