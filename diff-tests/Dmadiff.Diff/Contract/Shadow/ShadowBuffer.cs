// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>A driver's buffer as the CPU is to see it, with the bytes around it.</summary>
/// <param name="name">Its name in the trace.</param>
/// <param name="address">Its physical address.</param>
/// <param name="bytes">Its size.</param>
/// <param name="before">Bytes in front of it that nobody may touch.</param>
/// <param name="after">Bytes behind it that nobody may touch.</param>
internal sealed class ShadowBuffer(
    string name, ulong address, ulong bytes, int before, int after)
{
    /// <summary>Bytes on each side of a range that are looked at with it.</summary>
    public const int Guard = 64;

    public string Name { get; } = name;

    public ulong Base { get; } = address;

    public ulong Bytes { get; } = bytes;

    /// <summary>Address of the first byte of <see cref="Content"/>.</summary>
    public ulong Start { get; } = address - (ulong)before;

    /// <summary>The buffer with its guards.</summary>
    public byte[] Content { get; } = new byte[(int)bytes + before + after];

    public bool Overlaps(ulong other, ulong size) =>
        other < Base ? size > Base - other : Bytes > other - Base;

    /// <summary>The bytes of a range of the buffer.</summary>
    public Span<byte> Range(ulong offset, ulong size) =>
        Content.AsSpan((int)(Base - Start + offset), (int)size);

    /// <summary>A range with the guards on both sides, clipped to what is watched.</summary>
    public (int From, int Length) Watched(ulong offset, ulong size)
    {
        var first = (int)(Base - Start + offset);
        var from = Math.Max(0, first - Guard);
        return (from, Math.Min(Content.Length, first + (int)size + Guard) - from);
    }

    /// <summary>"b0+0x10", "b0-0x3" for a byte in front of it.</summary>
    public string Place(int index)
    {
        var offset = (long)(Start + (ulong)index) - (long)Base;
        return offset < 0 ? $"{Name}-0x{-offset:x}" : $"{Name}+0x{offset:x}";
    }
}
