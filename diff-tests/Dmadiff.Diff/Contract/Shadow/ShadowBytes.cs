// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>
/// Decides what every byte has to be after an op, looks, and takes over what is there: so a
/// wrong byte is told once.
/// </summary>
internal sealed class ShadowBytes(IEngine engine, ShadowMachine machine)
{
    private byte[] _seen = new byte[4096];

    /// <summary>Looks at what an op touched.</summary>
    /// <returns>The first wrong byte, or null.</returns>
    public WrongByte? Look(ContractStep step) => step.Role switch
    {
        StepRole.Make when step.Succeeded => LookAtMade(step.Mapping!),
        StepRole.Make when step.Buffer is { } buffer => LookAround(buffer, step.Op),
        StepRole.End when step.Mapping is { } ended => LookAtEnded(ended, step),
        StepRole.SyncForCpu when step.Mapping is { } mapping => LookAtCpu(mapping, step),
        StepRole.SyncForDevice when step.Mapping is { } mapping => LookAtDevice(mapping, step),
        StepRole.DeviceAccess when step.Mapping is { } mapping => LookAtAccess(mapping, step),
        StepRole.Other when step is { Op.Kind: AbiOpKind.Fill, Buffer: { } buffer } =>
            TakeFill(buffer, step.Op),
        _ => null,
    };

    /// <summary>Looks at every byte that is watched.</summary>
    public WrongByte? LookAtAll()
    {
        foreach (var buffer in machine.Buffers)
        {
            if (buffer is null)
            {
                continue;
            }

            var wrong = CompareBuffer(buffer, 0, buffer.Content.Length, buffer.Content, []);
            if (wrong is not null)
            {
                return wrong;
            }
        }

        foreach (var mapping in machine.Live)
        {
            if (CompareView(mapping, 0, (int)mapping.Size) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>Takes over whatever is there.</summary>
    public void Reload()
    {
        foreach (var buffer in machine.Buffers)
        {
            if (buffer is not null)
            {
                engine.ReadMemory(buffer.Start, buffer.Content);
            }
        }

        foreach (var mapping in machine.Live)
        {
            if (mapping.HasView)
            {
                ReadView(mapping, 0, mapping.View);
            }
        }
    }

    private WrongByte? LookAtMade(ShadowMapping made)
    {
        if (made.HasView)
        {
            made.View = new byte[(int)made.Size];
            LoseNeighbours(made);
        }

        // What stands behind the caches may be as old as it likes.
        if (made.Buffer is not { } buffer || (!made.Bounced && made.SkipSync))
        {
            if (made.HasView)
            {
                ReadView(made, 0, made.View);
            }

            return null;
        }

        WrongByte? wrong = null;
        if (made.HasView)
        {
            var content = buffer.Range(made.Offset, made.Size);
            var nothing = made.SkipSync ? new byte[(int)made.Size] : [];
            var rule = made.SkipSync || made.Direction == AbiDirection.FromDevice
                ? ContractRuleId.NoLeak
                : ContractRuleId.Data;
            content.CopyTo(made.View);
            var seen = ReadView(made, 0, made.View.Length);
            wrong = ByteComparison.FirstWrong(
                rule, seen, content, nothing, i => DevicePlace(made, i));
            seen.CopyTo(made.View);
        }

        var (from, length) = made.Watched(0, made.Size);
        return wrong ?? CompareBuffer(
            buffer, from, length, buffer.Content.AsSpan(from, length), []);
    }

    private WrongByte? LookAround(ShadowBuffer buffer, in AbiOp op)
    {
        // The caches are written out before what can fail.
        LoseNeighbours(buffer.Base + op.Offset, op.Size, by: null);
        var (from, length) = buffer.Watched(op.Offset, op.Size);
        return CompareBuffer(buffer, from, length, buffer.Content.AsSpan(from, length), []);
    }

    private WrongByte? LookAtEnded(ShadowMapping ended, ContractStep step)
    {
        if (ended.Buffer is null)
        {
            return null;
        }

        var skips = ended.SkipSync || step.Op.Attrs.HasFlag(AbiAttr.SkipCpuSync);
        return CpuTakes(ended, 0, ended.Size, either: skips);
    }

    private WrongByte? LookAtCpu(ShadowMapping mapping, ContractStep step) =>
        CpuTakes(mapping, step.Offset, step.Size, either: false)
            ?? CompareView(mapping, step);

    private WrongByte? LookAtDevice(ShadowMapping mapping, ContractStep step)
    {
        var buffer = mapping.Buffer!;
        var (from, length) = mapping.Watched(step.Offset, step.Size);
        WrongByte? wrong = null;
        LoseNeighbours(mapping);
        if (mapping.HasView)
        {
            var content = buffer.Range(mapping.Offset + step.Offset, step.Size);
            var view = mapping.View.AsSpan((int)step.Offset, (int)step.Size);

            // Nothing has to be carried to a device that only writes, but it does no harm.
            var onlyWrites = mapping.Direction == AbiDirection.FromDevice;
            wrong = ByteComparison.FirstWrong(
                ContractRuleId.Data,
                ReadView(mapping, step.Offset, view.Length),
                onlyWrites ? view : content,
                onlyWrites ? content : [],
                i => DevicePlace(mapping, (int)step.Offset + i));
            _seen.AsSpan(0, view.Length).CopyTo(view);
            wrong ??= CompareView(mapping, step);
            mapping.Contested &= onlyWrites || step.Size != mapping.Size;
        }

        return wrong ?? CompareBuffer(
            buffer, from, length, buffer.Content.AsSpan(from, length), []);
    }

    private WrongByte? LookAtAccess(ShadowMapping mapping, ContractStep step)
    {
        if (step.Op.Kind == AbiOpKind.DevRead)
        {
            return CompareView(mapping, step);
        }

        if (mapping.HasView)
        {
            ReadView(
                mapping,
                step.Offset,
                mapping.View.AsSpan((int)step.Offset, (int)step.Size));
            LoseNeighbours(mapping);
        }
        else if (mapping.Buffer is { } buffer)
        {
            Take(buffer, mapping.Offset + step.Offset, step.Size, mapping);
            LoseNeighbours(mapping);
        }

        return null;
    }

    private WrongByte? TakeFill(ShadowBuffer buffer, in AbiOp op)
    {
        Take(buffer, op.Offset, op.Size, by: null);
        return null;
    }

    private void Take(ShadowBuffer buffer, ulong offset, ulong size, ShadowMapping? by)
    {
        engine.ReadMemory(buffer.Base + offset, buffer.Range(offset, size));
        Contest(buffer, offset, size, by);
    }

    // The CPU gets [offset, offset + size) of a mapping back.
    private WrongByte? CpuTakes(ShadowMapping mapping, ulong offset, ulong size, bool either)
    {
        var buffer = mapping.Buffer!;
        var start = mapping.Offset + offset;
        var (from, length) = mapping.Watched(offset, size);
        var now = buffer.Content.AsSpan(from, length);
        if (!mapping.HasView || mapping.Direction == AbiDirection.ToDevice)
        {
            return CompareBuffer(buffer, from, length, now, []);
        }

        var expected = now.ToArray();
        var first = (int)(buffer.Base - buffer.Start + start) - from;
        mapping.View.AsSpan((int)offset, (int)size).CopyTo(expected.AsSpan(first));
        var wrong = CompareBuffer(
            buffer, from, length, expected, either || mapping.Contested ? now.ToArray() : []);
        Contest(buffer, start, size, mapping);
        return wrong;
    }

    private void Contest(ShadowBuffer buffer, ulong offset, ulong size, ShadowMapping? by)
    {
        foreach (var other in machine.Live)
        {
            if (other != by && other.Buffer == buffer && other.HasView
                && other.Offset < offset + size && offset < other.Offset + other.Size)
            {
                other.Contested = true;
            }
        }
    }

    private WrongByte? CompareView(ShadowMapping mapping, ContractStep step)
    {
        var from = (int)step.Offset - Math.Min((int)step.Offset, ShadowBuffer.Guard);
        var to = Math.Min((int)mapping.Size, (int)(step.Offset + step.Size) + ShadowBuffer.Guard);
        return CompareView(mapping, from, to - from);
    }

    private WrongByte? CompareView(ShadowMapping mapping, int from, int length)
    {
        // The segments of a list are all there before the first of them is looked at.
        if (!mapping.HasView || mapping.View.Length == 0)
        {
            return null;
        }

        var seen = ReadView(mapping, (ulong)from, length);
        var view = mapping.View.AsSpan(from, length);
        var wrong = ByteComparison.FirstWrong(
            ContractRuleId.Data, seen, view, [], i => DevicePlace(mapping, from + i));
        seen.CopyTo(view);
        return wrong;
    }

    private WrongByte? CompareBuffer(
        ShadowBuffer buffer,
        int from,
        int length,
        ReadOnlySpan<byte> expected,
        ReadOnlySpan<byte> or)
    {
        var seen = Read(buffer.Start + (ulong)from, length);
        var wrong = ByteComparison.FirstWrong(
            ContractRuleId.Data, seen, expected, or, i => buffer.Place(from + i));
        seen.CopyTo(buffer.Content.AsSpan(from));
        return wrong;
    }

    private Span<byte> Read(ulong address, int length)
    {
        var seen = Room(length);
        engine.ReadMemory(address, seen);
        return seen;
    }

    private Span<byte> Room(int length)
    {
        if (_seen.Length < length)
        {
            _seen = new byte[length];
        }

        return _seen.AsSpan(0, length);
    }

    // What the device sees of a mapping.
    private Span<byte> ReadView(ShadowMapping mapping, ulong offset, int length)
    {
        var seen = Room(length);
        ReadView(mapping, offset, seen);
        return seen;
    }

    private void ReadView(ShadowMapping mapping, ulong offset, Span<byte> bytes) =>
        mapping.Memory.Read(engine, offset, bytes, mapping.IsBehindCaches);

    // Two mappings of the same memory by devices that bypass the caches: what is written out
    // or dropped for one is so for the other, and which bytes win is open.
    private void LoseNeighbours(ShadowMapping mapping)
    {
        if (!mapping.Bounced)
        {
            LoseNeighbours(mapping.Address, mapping.Size, mapping);
        }
    }

    private void LoseNeighbours(ulong address, ulong size, ShadowMapping? by)
    {
        foreach (var other in machine.Live)
        {
            if (other != by && !other.Bounced && other.IsBehindCaches
                && other.Overlaps(address, size))
            {
                ReadView(other, 0, other.View);
                other.Contested = true;
                by?.Contested = true;
            }
        }
    }

    private static string DevicePlace(ShadowMapping mapping, int index) =>
        $"{mapping.Name}+0x{index:x}, seen by the device";
}
