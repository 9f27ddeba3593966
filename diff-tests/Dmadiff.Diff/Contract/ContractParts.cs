// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract;

/// <summary>One part of an op, told as an op on a mapping of its own.</summary>
internal readonly record struct ContractPart(
    AbiOp Op, AbiResult Result, StepRole Role, ShadowMapping? Mapping);

/// <summary>
/// Takes ops apart that rules know in another shape: what is done to a scatterlist is done to
/// each of its segments as to a mapping, and coherent memory from a restricted pool is what
/// swiotlb_alloc() gives.
/// </summary>
internal sealed class ContractParts(ShadowMachine shadow)
{
    private const uint FirstHandle = 0x100000;
    private const uint MostEntries = 256;

    private const ulong LargestPrefetch = 1 << 20;

    private readonly List<ListSegment> _segments = [];
    private readonly Dictionary<uint, List<AbiOp>> _entries = [];
    private readonly Dictionary<uint, List<ShadowMapping>> _lists = [];

    /// <summary>A list whose segments are not one or more entries each: what belongs together
    /// cannot be told.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The segments that the last list was mapped to.</summary>
    public IReadOnlyList<ListSegment> Segments => _segments;

    /// <summary>Bytes of these.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Bytes of the list's entries.</summary>
    public ulong BytesOfEntries { get; private set; }

    /// <summary>Bytes of the longest of them.</summary>
    public ulong LongestEntry { get; private set; }

    /// <summary>Whether an op is taken apart. It is asked before the op runs.</summary>
    public bool Owns(in AbiOp op) => op.Kind switch
    {
        AbiOpKind.SgEntry or AbiOpKind.MapSg or AbiOpKind.UnmapSg
            or AbiOpKind.SyncSgForCpu or AbiOpKind.SyncSgForDevice => true,
        AbiOpKind.DevRead or AbiOpKind.DevWrite => _lists.ContainsKey(op.Mapping),
        AbiOpKind.Alloc => shadow.Devices[(int)op.Device].IsRestricted,
        AbiOpKind.Free => shadow.Find(op.Mapping) is not null,
        _ => false,
    };

    /// <summary>The parts of an op that has run. What is live is kept.</summary>
    /// <param name="step">Asks questions.</param>
    /// <param name="op">The op.</param>
    /// <param name="result">Its result: neither skipped nor a crash.</param>
    /// <param name="name">The mapping's name.</param>
    public IReadOnlyList<ContractPart> Of(
        ContractStep step, in AbiOp op, in AbiResult result, string name)
    {
        switch (op.Kind)
        {
            case AbiOpKind.SgEntry:
                NoteEntry(op);
                return [];
            case AbiOpKind.MapSg when result.Status == AbiStatus.Ok:
                return Map(step, op, result, name);
            case AbiOpKind.MapSg:
                return [new ContractPart(op, result, StepRole.Make, null)];
            case AbiOpKind.Alloc:
                return Alloc(op, result, name);
            case AbiOpKind.Free:
                var ended = shadow.Find(op.Mapping);
                shadow.Remove(op.Mapping);
                return
                [
                    new ContractPart(
                        op with { Kind = AbiOpKind.SwiotlbFree },
                        result with { Value = 1 },
                        StepRole.End,
                        ended),
                ];
            case AbiOpKind.DevRead or AbiOpKind.DevWrite:
                return Access(op, result);
            default:
                return Whole(op, result);
        }
    }

    private void NoteEntry(in AbiOp op)
    {
        var entries = _entries.TryGetValue(op.Mapping, out var known) && op.Arg > 0 ? known : [];
        entries.Add(op);
        _entries[op.Mapping] = entries;
    }

    private List<ContractPart> Map(
        ContractStep step, AbiOp op, in AbiResult result, string name)
    {
        var entries = _entries[op.Buffer];
        var device = shadow.Devices[(int)op.Device];
        BytesOfEntries = (ulong)entries.Sum(entry => (long)entry.Size);
        LongestEntry = entries.Max(entry => entry.Size);
        ReadSegments(step, op.Mapping, result.Value);
        IsLost = Bytes != BytesOfEntries
            || entries.Exists(e => shadow.Buffers[(int)e.Buffer] is null);
        var parts = new List<ContractPart>();
        var mappings = new List<ShadowMapping>();
        var (at, inside) = (0, 0UL);
        for (var i = 0; i < entries.Count && !IsLost; i++)
        {
            if (inside == _segments[at].Size)
            {
                (at, inside) = (at + 1, 0);
            }

            // What belongs together can be told while no entry is in two segments.
            IsLost = entries[i].Size > _segments[at].Size - inside;
            if (IsLost)
            {
                break;
            }

            var address = _segments[at].Address + inside;
            inside += entries[i].Size;
            _segments[at] = _segments[at] with { Entries = _segments[at].Entries + 1 };
            var mapping = Segment(step, op, entries, i, address, name);
            shadow.Add(mapping.Maker.Mapping, mapping);
            mappings.Add(mapping);
            parts.Add(new ContractPart(
                mapping.Maker, result with { Value = address }, StepRole.Make, mapping));
        }

        if (device.Iommu is not null && op.Direction != AbiDirection.FromDevice)
        {
            Prefetch(step, op.Mapping, BytesOfEntries);
        }

        _lists[op.Mapping] = mappings;
        return parts;
    }

    private ShadowMapping Segment(
        ContractStep step,
        in AbiOp op,
        List<AbiOp> entries,
        int number,
        ulong address,
        string name)
    {
        var entry = entries[number];
        var device = shadow.Devices[(int)op.Device];
        var buffer = shadow.Buffers[(int)entry.Buffer]!;
        var memory = MemoryOf(step, op.Mapping, device, address, entry.Size);
        return new ShadowMapping
        {
            Name = name,
            Maker = op with
            {
                Kind = AbiOpKind.Map,
                Buffer = entry.Buffer,
                Offset = entry.Offset,
                Size = entry.Size,
                Mapping = HandleOf(op.Mapping, number),
            },
            List = op.Mapping,
            Device = device,
            Buffer = buffer,
            Memory = memory,
            DmaAddress = address,
            Bounced = memory.Address != buffer.Base + entry.Offset,
            EndedBy = number == 0 ? OperationKind.UnmapSg : OperationKind.Check,
            Before = Gap(entries, entry.Buffer, e => entry.Offset - (e.Offset + e.Size)),
            After = Gap(entries, entry.Buffer, e => e.Offset - (entry.Offset + entry.Size)),
        };
    }

    // Bytes to the nearest other entry on one side; the wrong side counts as far away.
    private static int Gap(List<AbiOp> entries, uint buffer, Func<AbiOp, ulong> distance) =>
        (int)entries.Where(e => e.Buffer == buffer).Select(distance)
            .Append((ulong)ShadowBuffer.Guard).Min();

    // The mapping of a list begins at no address: places in it are addresses themselves.
    private static SeenMemory MemoryOf(
        ContractStep step, uint mapping, ShadowDevice device, ulong address, ulong size)
    {
        if (device.Iommu is not null)
        {
            return SeenMemory.Behind(step, mapping, address, address, size);
        }

        var there = device.IsOfXen
            ? step.Ask(new AbiOp
            {
                Kind = AbiOpKind.IovaToPhys,
                Mapping = mapping,
                Offset = address,
            }).Value
            : address;
        return new SeenMemory(there, size);
    }

    private void ReadSegments(ContractStep step, uint mapping, ulong count)
    {
        _segments.Clear();
        Bytes = 0;
        for (var i = 0; i < (int)Math.Min(count, MostEntries); i++)
        {
            var size = Ask(step, mapping, AbiOpKind.SgLength, i);
            _segments.Add(new ListSegment(Ask(step, mapping, AbiOpKind.SgAddress, i), size, 0));
            Bytes += size;
        }
    }

    // A device that prefetches: from now on the IOTLB holds the list.
    private static void Prefetch(ContractStep step, uint mapping, ulong size) =>
        step.Ask(new AbiOp
        {
            Kind = AbiOpKind.DevRead,
            Mapping = mapping,
            Size = Math.Min(size, LargestPrefetch),
        });

    private List<ContractPart> Alloc(in AbiOp op, in AbiResult result, string name)
    {
        var device = shadow.Devices[(int)op.Device];
        var asAlloc = op with { Kind = AbiOpKind.SwiotlbAlloc, Arg = 0, Attrs = AbiAttr.None };
        if (result.Status != AbiStatus.Ok)
        {
            return [];
        }

        if (shadow.PoolOf(device) is not { } pool || !pool.Overlaps(result.Value, op.Size))
        {
            return [];
        }

        var mapping = new ShadowMapping
        {
            Name = name,
            Maker = asAlloc,
            Device = device,
            Buffer = null,
            Memory = new SeenMemory(result.Value, op.Size),
            DmaAddress = result.Value,
            Bounced = true,
            EndedBy = OperationKind.Free,
        };
        shadow.Add(op.Mapping, mapping);
        return [new ContractPart(asAlloc, result, StepRole.Make, mapping)];
    }

    /// <summary>The entry of a list that a device's access begins in; null if it is not all
    /// inside the list.</summary>
    /// <param name="op">The access.</param>
    public ShadowMapping? Reached(in AbiOp op)
    {
        ShadowMapping? first = null;
        var end = 0ul;
        foreach (var entry in _lists.GetValueOrDefault(op.Mapping, []))
        {
            end += entry.Size;
            first ??= op.Offset < end ? entry : null;
        }

        return op.Offset <= end && op.Size <= end - op.Offset ? first : null;
    }

    // A part for each segment that the access reaches; none if it leaves the last.
    private List<ContractPart> Access(AbiOp op, in AbiResult result)
    {
        var parts = new List<ContractPart>();
        var (offset, left) = (op.Offset, op.Size);
        foreach (var mapping in _lists[op.Mapping])
        {
            if (offset >= mapping.Size)
            {
                offset -= mapping.Size;
                continue;
            }

            var size = Math.Min(left, mapping.Size - offset);
            if (size == 0)
            {
                break;
            }

            parts.Add(new ContractPart(
                op with { Mapping = mapping.Maker.Mapping, Offset = offset, Size = size },
                result,
                StepRole.DeviceAccess,
                mapping));
            left -= size;
            offset = 0;
        }

        IsLost |= left > 0 && op.Kind == AbiOpKind.DevWrite;
        return parts;
    }

    // Unmaps and syncs concern every segment. What the CPU takes of one is next to another.
    private List<ContractPart> Whole(in AbiOp op, in AbiResult result)
    {
        var (role, kind) = op.Kind switch
        {
            AbiOpKind.UnmapSg => (StepRole.End, AbiOpKind.Unmap),
            AbiOpKind.SyncSgForCpu => (StepRole.SyncForCpu, AbiOpKind.SyncForCpu),
            _ => (StepRole.SyncForDevice, AbiOpKind.SyncForDevice),
        };
        var parts = new List<ContractPart>();
        foreach (var mapping in _lists.GetValueOrDefault(op.Mapping, []))
        {
            var skips = mapping.SkipSync || op.Attrs.HasFlag(AbiAttr.SkipCpuSync);
            if (role == StepRole.SyncForCpu || (role == StepRole.End && !skips))
            {
                TakeAhead(mapping);
            }

            if (role == StepRole.End)
            {
                shadow.Remove(mapping.Maker.Mapping);
            }

            parts.Add(new ContractPart(
                op with { Kind = kind, Mapping = mapping.Maker.Mapping, Size = mapping.Size },
                result,
                role,
                mapping));
        }

        if (role == StepRole.End)
        {
            _lists.Remove(op.Mapping);
        }

        return parts;
    }

    private static void TakeAhead(ShadowMapping mapping)
    {
        if (mapping.Bounced && mapping.Direction != AbiDirection.ToDevice && !mapping.Contested)
        {
            mapping.View.CopyTo(mapping.Buffer!.Range(mapping.Offset, mapping.Size));
        }
    }

    private static ulong Ask(ContractStep step, uint mapping, AbiOpKind kind, int segment) =>
        step.Ask(new AbiOp { Kind = kind, Mapping = mapping, Arg = (ulong)segment }).Value;

    private static uint HandleOf(uint mapping, int segment) =>
        FirstHandle + (mapping * MostEntries) + (uint)segment;
}
