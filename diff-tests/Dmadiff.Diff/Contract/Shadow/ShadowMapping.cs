// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>A live mapping, or an allocation.</summary>
internal sealed class ShadowMapping
{
    public required string Name { get; init; }

    public required AbiOp Maker { get; init; }

    /// <summary>The handle of the list that it is an entry of; null for none.</summary>
    public uint? List { get; init; }

    public required ShadowDevice Device { get; init; }

    /// <summary>Null for an allocation.</summary>
    public required ShadowBuffer? Buffer { get; init; }

    /// <summary>The memory that the device sees.</summary>
    public required SeenMemory Memory { get; init; }

    /// <summary>Physical address of its first byte.</summary>
    public ulong Address => Memory.Address;

    /// <summary>The address that the device was given.</summary>
    public required ulong DmaAddress { get; init; }

    /// <summary>The device's bytes are not the buffer's own.</summary>
    public required bool Bounced { get; init; }

    /// <summary>What the device sees is not what the CPU has: it is bounced, or cached.
    /// </summary>
    public bool HasView => Bounced || IsBehindCaches;

    /// <summary>The device sees what is behind the caches, and the API has to bring it there.
    /// swiotlb alone does not: that is its callers' part.</summary>
    public bool IsBehindCaches => !Device.IsCoherent
        && Maker.Kind is not (AbiOpKind.SwiotlbMap or AbiOpKind.SwiotlbAlloc);

    /// <summary>What ends it, where its maker does not tell; Check for a segment of a list
    /// that another one ends.</summary>
    public Traces.OperationKind? EndedBy { get; init; }

    /// <summary>Bytes in front of its range in the buffer that an op on it leaves alone: fewer
    /// where another entry of its list is near, to which the same is done.</summary>
    public int Before { get; init; } = ShadowBuffer.Guard;

    /// <summary>The same behind it.</summary>
    public int After { get; init; } = ShadowBuffer.Guard;

    /// <summary>What the device is to see; empty when it has no view.</summary>
    public byte[] View { get; set; } = [];

    /// <summary>The buffer was written to during the mapping's life, by the CPU or through
    /// another mapping: the driver must not do that, and which bytes win is open.</summary>
    public bool Contested { get; set; }

    public ulong Size => Maker.Size;

    public ulong Offset => Maker.Offset;

    public AbiDirection Direction => Maker.Direction;

    public bool SkipSync => Maker.Attrs.HasFlag(AbiAttr.SkipCpuSync);

    public bool IsAllocation => Maker.Kind == AbiOpKind.SwiotlbAlloc;

    public bool Overlaps(ulong address, ulong size) =>
        address < Address ? size > Address - address : Size > address - Address;

    /// <summary>A part of it with the bytes on both sides that are to stay as they are, as a
    /// range of the buffer's content.</summary>
    public (int From, int Length) Watched(ulong offset, ulong size)
    {
        var (from, length) = Buffer!.Watched(Offset + offset, size);
        var start = (int)(Buffer.Base - Buffer.Start + Offset);
        var first = Math.Max(from, start - Before);
        return (first, Math.Min(from + length, start + (int)Size + After) - first);
    }

    /// <summary>Whether the device was given an address for both.</summary>
    public bool OverlapsIova(ShadowMapping other) =>
        DmaAddress < other.DmaAddress + other.Size && other.DmaAddress < DmaAddress + Size;

    /// <summary>What a request like this one has in common with others that fit in its place.
    /// </summary>
    public Request Request => Request.Of(Maker, Device, Buffer);
}

/// <summary>What decides where a mapping may be placed.</summary>
internal readonly record struct Request(
    AbiOpKind Kind, int Device, ulong Size, ulong Align, ulong PreservedBits)
{
    public static Request Of(in AbiOp op, ShadowDevice device, ShadowBuffer? buffer) => new(
        op.Kind,
        device.Index,
        op.Size,
        op.Arg,
        buffer is null ? 0 : (buffer.Base + op.Offset) & device.MinAlign);
}
