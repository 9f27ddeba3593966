// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>lib/bitmap.c: a row of bits, all clear at first.</summary>
public sealed class KernelBitmap
{
    private const int WordBits = 64;

    private readonly ulong[] _words;

    /// <summary>Creates one.</summary>
    /// <param name="bits">Its length, 0 or more.</param>
    public KernelBitmap(uint bits)
    {
        Length = bits;
        _words = new ulong[(bits + WordBits - 1) / WordBits];
    }

    /// <summary>Bits.</summary>
    public uint Length { get; }

    /// <summary>Finds a range of clear bits.</summary>
    /// <param name="count">Bits, at least 1.</param>
    /// <param name="alignMask">What of the range's first bit must be 0.</param>
    /// <returns>The first bit; <see cref="Length"/> or more when there is no such range.
    /// </returns>
    public ulong FindNextZeroArea(ulong count, ulong alignMask) =>
        FindNextZeroArea(0, Length, count, alignMask);

    /// <summary>Finds a range of clear bits in a part.</summary>
    /// <param name="start">Where to start.</param>
    /// <param name="length">The bit to stop at, <see cref="Length"/> or less.</param>
    /// <param name="count">Bits, at least 1.</param>
    /// <param name="alignMask">What of the range's first bit must be 0.</param>
    /// <returns>The first bit; more than <paramref name="length"/> when there is no such range.
    /// </returns>
    [Ports("lib/bitmap.c", "bitmap_find_next_zero_area_off", "6.1", "6.12", "7.3")]
    public ulong FindNextZeroArea(ulong start, ulong length, ulong count, ulong alignMask)
    {
        while (true)
        {
            ulong index = (Next(start, set: false, length) + alignMask) & ~alignMask;
            ulong end = index + count;
            if (end > length)
            {
                return end;
            }
            ulong used = Next(index, set: true, end);
            if (used >= end)
            {
                return index;
            }
            start = used + 1;
        }
    }

    /// <summary>Finds and takes 2^order clear bits, at a multiple of their number.</summary>
    /// <returns>The first bit, or -1 for none.</returns>
    [Ports("lib/bitmap.c", "bitmap_find_free_region", "6.1")]
    [Ports("include/linux/bitmap.h", "bitmap_find_free_region", "6.12", "7.3")]
    public int TakeFreeRegion(int order)
    {
        ulong count = 1UL << order;
        for (ulong bit = 0; bit + count <= Length; bit += count)
        {
            if (Next(bit, set: true, bit + count) >= bit + count)
            {
                Set(bit, count);
                return (int)bit;
            }
        }
        return -1;
    }

    /// <summary>bitmap_set().</summary>
    public void Set(ulong first, ulong count)
    {
        for (ulong bit = first; bit < first + count; bit++)
        {
            _words[bit / WordBits] |= 1UL << (int)(bit % WordBits);
        }
    }

    /// <summary>Clears bits, as bitmap_release_region() does with 2^order of them.</summary>
    /// <returns>False when one of them was clear; those before it no longer are set.</returns>
    public bool Clear(ulong first, ulong count)
    {
        for (ulong bit = first; bit < first + count; bit++)
        {
            ulong mask = 1UL << (int)(bit % WordBits);
            if ((_words[bit / WordBits] & mask) == 0)
            {
                return false;
            }
            _words[bit / WordBits] &= ~mask;
        }
        return true;
    }

    private ulong Next(ulong from, bool set, ulong end)
    {
        ulong bit = from;
        while (bit < end)
        {
            ulong word = _words[bit / WordBits];
            ulong sought = (set ? word : ~word) >> (int)(bit % WordBits);
            if (sought != 0)
            {
                return Math.Min(bit + (ulong)BitOperations.TrailingZeroCount(sought), end);
            }
            bit = (bit / WordBits * WordBits) + WordBits;
        }
        return Math.Max(from, end);
    }
}
