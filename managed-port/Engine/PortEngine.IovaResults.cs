// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Engine;

/// <content>What results and reports tell of IOVA domains.</content>
public sealed unsafe partial class PortEngine
{
    private const int WindowRanges = 4;
    private const ulong WindowPfns = 8;

    /// <inheritdoc/>
    public AbiIovaDomainState? ReadIovaDomain(int domain)
    {
        if (domain >= MaxDomains || _domains[domain] is not { } found)
        {
            return null;
        }
        ulong nodes = 0;
        for (IovaRange* range = found.Tree.First; range != null; range = RangeTree.Next(range))
        {
            nodes++;
        }
        return new AbiIovaDomainState
        {
            Granule = found.Granule,
            StartPfn = found.StartPfn,
            Dma32bitPfn = found.Dma32BitPfn,
            Max32AllocSize = found.Max32AllocSize,
            CachedPfn = found.CachedNode->PfnLo,
            Cached32Pfn = found.Cached32Node->PfnLo,
            Nodes = nodes,
            HasRcaches = found.HasRcaches ? 1u : 0,
        };
    }

    /// <inheritdoc/>
    public AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count)
    {
        var nodes = new List<AbiIovaNodeState>();
        IovaDomain? found = domain < MaxDomains ? _domains[domain] : null;
        IovaRange* range = found is null ? null : found.Tree.First;
        for (; range != null && nodes.Count < count; range = RangeTree.Next(range))
        {
            if (first-- <= 0)
            {
                nodes.Add(new AbiIovaNodeState { PfnLo = range->PfnLo, PfnHi = range->PfnHi });
            }
        }
        return [.. nodes];
    }

    /// <inheritdoc/>
    public AbiIovaMagazineState[] ReadIovaMagazines(int domain)
    {
        var rows = new List<AbiIovaMagazineState>();
        if (domain < MaxDomains && _domains[domain] is { HasRcaches: true } found)
        {
            for (int order = 0; order < IovaDomain.CachedOrders; order++)
            {
                AddRows(rows, (uint)order, found.RcacheOf(order));
            }
        }
        return [.. rows];
    }

    private void AddRows(List<AbiIovaMagazineState> rows, uint order, IovaRcache rcache)
    {
        for (uint cpu = 0; cpu < _machine.Cpus.Count; cpu++)
        {
            AddRow(rows, order, cpu, 0, rcache.LoadedOf(cpu));
            AddRow(rows, order, cpu, 1, rcache.PreviousOf(cpu));
        }
        uint place = 0;
        for (IovaMagazine* magazine = rcache.SharedMagazines.Top; magazine != null;
            magazine = magazine->Next)
        {
            AddRow(rows, order, AbiConstants.None, place++, magazine);
        }
    }

    private static void AddRow(
        List<AbiIovaMagazineState> rows,
        uint order,
        uint cpu,
        uint place,
        IovaMagazine* magazine)
    {
        if (magazine == null || magazine->IsEmpty)
        {
            return;
        }
        var digest = new WordDigest(0);
        AddMagazine(ref digest, magazine, IovaMagazine.Capacity);
        rows.Add(new AbiIovaMagazineState
        {
            Digest = digest.Finish(),
            Order = order,
            Cpu = cpu,
            Place = place,
            Count = (uint)magazine->Size,
        });
    }

    private void AccountIova(ref AbiResult result)
    {
        result.Used = _iova.LiveRanges;
        result.Hiwater = _iova.LiveMagazines;
    }

    /// <summary>Tells the ranges around a pfn, and the CPU's cache for so many pages.
    /// </summary>
    private void ObserveIova(IovaDomain domain, ulong pfn, ulong pages, ref AbiResult result)
    {
        if (_unobserved)
        {
            return;
        }
        AccountIova(ref result);
        result.DataDigest = DigestAround(domain, pfn);
        var digest = new WordDigest(0);
        AddDomain(ref digest, domain);
        int order = IovaDomain.OrderOf(pages);
        if (domain.HasRcaches && pages != 0 && order < IovaDomain.CachedOrders)
        {
            IovaRcache rcache = domain.RcacheOf(order);
            IovaMagazine* loaded = rcache.LoadedOf(_machine.Cpus.Current);
            AddMagazine(ref digest, loaded, WindowPfns);
            AddMagazine(ref digest, rcache.PreviousOf(_machine.Cpus.Current), WindowPfns);
            result.Area = (uint)order;
            result.AreaUsed = loaded == null ? AbiConstants.None : (uint)loaded->Size;
            result.AreaIndex = rcache.SharedMagazines.Count;
        }
        result.SlotDigest = digest.Finish();
    }

    private void CheckIova(ref AbiResult result)
    {
        foreach (IovaDomain? domain in _domains)
        {
            if (domain is null)
            {
                continue;
            }
            var ranges = new WordDigest(result.Value);
            for (IovaRange* range = domain.Tree.First; range != null;
                range = RangeTree.Next(range))
            {
                AddRange(ref ranges, range);
            }
            result.Value = ranges.Finish();
            result.SlotDigest = DigestCaches(domain, result.SlotDigest);
        }
    }

    private ulong DigestCaches(IovaDomain domain, ulong chain)
    {
        var digest = new WordDigest(chain);
        AddDomain(ref digest, domain);
        for (int order = 0; domain.HasRcaches && order < IovaDomain.CachedOrders; order++)
        {
            IovaRcache rcache = domain.RcacheOf(order);
            for (uint cpu = 0; cpu < _machine.Cpus.Count; cpu++)
            {
                AddMagazine(ref digest, rcache.LoadedOf(cpu), IovaMagazine.Capacity);
                AddMagazine(ref digest, rcache.PreviousOf(cpu), IovaMagazine.Capacity);
            }
            for (IovaMagazine* magazine = rcache.SharedMagazines.Top; magazine != null;
                magazine = magazine->Next)
            {
                AddMagazine(ref digest, magazine, IovaMagazine.Capacity);
            }
        }
        return digest.Finish();
    }

    private static ulong DigestAround(IovaDomain domain, ulong pfn)
    {
        IovaRange* found = null;
        for (IovaRange* node = domain.Tree.Root; node != null;)
        {
            bool below = node->PfnHi < pfn;
            found = below ? found : node;
            node = below ? node->Right : node->Left;
        }
        int before = 0;
        for (IovaRange* lower = found; lower != null && before < WindowRanges; before++)
        {
            lower = RangeTree.Previous(lower);
            if (lower == null)
            {
                break;
            }
            found = lower;
        }
        var digest = new WordDigest(0);
        for (int i = 0; found != null && i <= before + WindowRanges; i++)
        {
            AddRange(ref digest, found);
            found = RangeTree.Next(found);
        }
        return digest.Finish();
    }

    private static void AddRange(ref WordDigest digest, IovaRange* range)
    {
        digest.Add(range->PfnLo);
        digest.Add(range->PfnHi);
    }

    private static void AddDomain(ref WordDigest digest, IovaDomain domain)
    {
        digest.Add(domain.CachedNode->PfnLo);
        digest.Add(domain.Cached32Node->PfnLo);
        digest.Add(domain.Max32AllocSize);
    }

    private static void AddMagazine(ref WordDigest digest, IovaMagazine* magazine, ulong most)
    {
        ulong size = magazine == null ? 0 : magazine->Size;
        digest.Add(magazine == null ? AbiConstants.None : size);
        for (ulong i = size > most ? size - most : 0; i < size; i++)
        {
            digest.Add((*magazine)[i]);
        }
    }
}
