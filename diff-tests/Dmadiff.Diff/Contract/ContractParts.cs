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

    private readonly Dictionary<uint, List<AbiOp>> _entries = [];
    private readonly Dictionary<uint, List<ShadowMapping>> _lists = [];

    /// <summary>A list that the device was given no segment for each entry of: what belongs
    /// together cannot be told.</summary>
    public bool IsLost { get; private set; }

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

        // Behind an IOMMU a list becomes fewer segments than entries.
        IsLost = result.Value != (ulong)entries.Count
            || shadow.Devices[(int)op.Device].Iommu is not null;
        var parts = new List<ContractPart>();
        var mappings = new List<ShadowMapping>();
        for (var i = 0; i < entries.Count && !IsLost; i++)
        {
            var address = Ask(step, op.Mapping, AbiOpKind.SgAddress, i);
            var phys = shadow.Devices[(int)op.Device].IsOfXen
                ? step.Ask(new AbiOp
                {
                    Kind = AbiOpKind.IovaToPhys,
                    Mapping = op.Mapping,
                    Offset = address,
                }).Value
                : address;
            IsLost |= Ask(step, op.Mapping, AbiOpKind.SgLength, i) != entries[i].Size;
            var maker = op with
            {
                Kind = AbiOpKind.Map,
                Buffer = entries[i].Buffer,
                Offset = entries[i].Offset,
                Size = entries[i].Size,
                Mapping = HandleOf(op.Mapping, i),
            };
            var buffer = shadow.Buffers[(int)maker.Buffer];
            if (buffer is null)
            {
                IsLost = true;
                break;
            }

            var mapping = new ShadowMapping
            {
                Name = name,
                Maker = maker,
                Device = shadow.Devices[(int)op.Device],
                Buffer = buffer,
                Address = phys,
                DmaAddress = address,
                Bounced = phys != buffer.Base + maker.Offset,
                EndedBy = i == 0 ? OperationKind.UnmapSg : OperationKind.Check,
            };
            shadow.Add(maker.Mapping, mapping);
            mappings.Add(mapping);
            parts.Add(new ContractPart(
                maker, result with { Value = address }, StepRole.Make, mapping));
        }

        _lists[op.Mapping] = mappings;
        return parts;
    }

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
            Address = result.Value,
            DmaAddress = result.Value,
            Bounced = true,
            EndedBy = OperationKind.Free,
        };
        shadow.Add(op.Mapping, mapping);
        return [new ContractPart(asAlloc, result, StepRole.Make, mapping)];
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
