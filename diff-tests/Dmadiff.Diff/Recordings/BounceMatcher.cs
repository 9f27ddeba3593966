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
    private long _dropped;

    /// <summary>A bounce that no mapping has claimed.</summary>
    /// <param name="Device">For whom.</param>
    /// <param name="Physical">Of what.</param>
    /// <param name="Size">Bytes.</param>
    public readonly record struct Pending(int Device, ulong Physical, ulong Size);

    /// <summary>Bounces were recorded at all.</summary>
    public bool AnyBounce { get; private set; }

    /// <summary>What the IOMMU was told.</summary>
    public TranslationLog Translations { get; } = new();

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

        if (Translations.Holds(cpu, dma))
        {
            return AddressKind.Translated;
        }

        return index >= 0 ? AddressKind.Bounced
            : dma == physical ? AddressKind.Direct
            : AnyBounce || Translations.Any ? AddressKind.Translated
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

        Translations.Clear();
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
