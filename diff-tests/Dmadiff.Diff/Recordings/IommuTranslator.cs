// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>What is different for a device behind an IOMMU: a list is one mapping there, with
/// few segments, and allocations have IOVAs too.</summary>
/// <param name="model">The machine.</param>
/// <param name="live">What is mapped.</param>
/// <param name="lists">Lists that are mapped.</param>
/// <param name="output">Takes the operations.</param>
internal sealed class IommuTranslator(
    MachineModel model, LiveMappings live, LiveLists lists, StepOutput output)
{
    // What engines have room for.
    private const int MostLists = 64;
    private const int MostEntries = 256;
    private readonly Stack<int> _freeLists = new(Enumerable.Range(0, MostLists).Reverse());

    /// <summary>A list is mapped.</summary>
    public void MapList(RecordedEvent happened, TranslationLog log)
    {
        var parts = log.Parts(happened);
        var bytes = happened.Sizes.Aggregate(0UL, (sum, size) => sum + size);
        for (var i = 0; i < happened.DmaAddresses.Count; i++)
        {
            log.Claim(happened.Cpu, happened.DmaAddresses[i], happened.Sizes[i]);
        }

        if (parts is null || parts.Count > MostEntries || happened.IsNoDirection
            || !parts.TrueForAll(p => model.Memory.Find(p.Physical, p.Size, out _, out _, out _)))
        {
            output.Dropped.Add("list behind an IOMMU whose parts are not known");
            return;
        }

        var mapping = new LiveMapping(
            happened.Device, happened.DmaAddresses[0], bytes, AddressKind.Translated);
        EndOverlaps(happened, mapping);
        if (!_freeLists.TryPop(out var list))
        {
            output.Dropped.Add($"list behind an IOMMU besides {MostLists} that are mapped");
            return;
        }

        for (var i = 0; i < parts.Count; i++)
        {
            Entry(happened, list, i, parts[i].Physical, parts[i].Size);
        }

        var handle = live.Add(mapping with { List = list });
        lists.Add(happened.Device, happened.PhysicalAddresses, [live.Ticket(handle)]);
        output.Emit(
            happened,
            new AbiOp
            {
                Kind = AbiOpKind.MapSg,
                Device = (uint)happened.Device,
                Mapping = (uint)handle,
                Buffer = (uint)list,
                Direction = happened.Direction,
                Attrs = happened.Attrs,
            },
            AddressCheck.None,
            0);
        for (var i = 0; i < happened.DmaAddresses.Count; i++)
        {
            output.Emit(
                happened,
                new AbiOp
                {
                    Kind = AbiOpKind.SgAddress,
                    Mapping = (uint)handle,
                    Arg = (ulong)i,
                },
                AddressCheck.Iova,
                happened.DmaAddresses[i]);
        }
    }

    /// <summary>Coherent memory is allocated. Which pages it got is no matter of the IOVA, so
    /// as much memory is mapped instead, always the same.</summary>
    public void Allocate(RecordedEvent happened, TranslationLog log)
    {
        log.Claim(happened.Cpu, happened.DmaAddress, happened.Size);
        var mapping = new LiveMapping(
            happened.Device, happened.DmaAddress, happened.Size, AddressKind.Translated);
        EndOverlaps(happened, mapping);
        output.Emit(
            happened,
            new AbiOp
            {
                Kind = AbiOpKind.Map,
                Device = (uint)happened.Device,
                Mapping = (uint)live.Add(mapping),
                Buffer = (uint)model.Memory.Buffers.Count,
                Size = happened.Size,
                Attrs = happened.Attrs,
            },
            AddressCheck.Iova,
            happened.DmaAddress);
    }

    /// <summary>A mapping or an allocation ends.</summary>
    public void End(RecordedEvent happened, int handle, LiveMapping mapping, AbiAttr attrs)
    {
        if (mapping.List >= 0)
        {
            _freeLists.Push(mapping.List);
        }

        output.Emit(
            happened,
            new AbiOp
            {
                Kind = mapping.List >= 0 ? AbiOpKind.UnmapSg : AbiOpKind.Unmap,
                Mapping = (uint)handle,
                Attrs = attrs,
            },
            AddressCheck.None,
            0);
    }

    private void EndOverlaps(RecordedEvent happened, LiveMapping mapping)
    {
        for (int old; (old = live.FindOverlap(mapping)) >= 0;)
        {
            End(happened, old, live[old], AbiAttr.None);
            live.Remove(old);
            output.Dropped.Add("unmap that is missing: the address was given out again");
        }
    }

    private void Entry(
        RecordedEvent happened, int list, int number, ulong physical, ulong size)
    {
        model.Memory.Find(physical, size, out var buffer, out var offset, out _);
        output.Emit(
            happened,
            new AbiOp
            {
                Kind = AbiOpKind.SgEntry,
                Mapping = (uint)list,
                Buffer = (uint)buffer,
                Offset = offset,
                Size = size,
                Arg = (ulong)number,
            },
            AddressCheck.None,
            0);
    }
}
