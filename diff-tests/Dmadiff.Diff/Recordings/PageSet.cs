// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;

namespace Dmadiff.Diff.Recordings;

/// <summary>A set of pages of 4 KiB: one bit each, in chunks that are made when one of their
/// pages is added.</summary>
internal sealed class PageSet
{
    /// <summary>Bytes of a page.</summary>
    public const ulong PageBytes = 4096;

    private const int ChunkShift = 30;
    private const int MostChunks = 4096;
    private const int PagesOfChunk = 1 << (ChunkShift - 12);
    private readonly SortedDictionary<ulong, ulong[]> _chunks = [];
    private ulong _lastChunk = ulong.MaxValue;
    private ulong[] _lastBits = [];

    /// <summary>Adds the pages of a range.</summary>
    /// <returns>False when it is too far from all others to be kept.</returns>
    public bool Add(ulong address, ulong size)
    {
        if (size == 0 || address + size < address)
        {
            return false;
        }

        for (var page = address >> 12; page <= (address + size - 1) >> 12; page++)
        {
            if (BitsOf(page >> (ChunkShift - 12)) is not { } bits)
            {
                return false;
            }

            var bit = (int)(page & (PagesOfChunk - 1));
            bits[bit >> 6] |= 1UL << (bit & 63);
        }

        return true;
    }

    /// <summary>Whether all pages of a range are in the set.</summary>
    public bool Contains(ulong address) =>
        _chunks.TryGetValue(address >> ChunkShift, out var bits)
        && (bits[(address >> 18) & ((PagesOfChunk >> 6) - 1)] >> (int)((address >> 12) & 63) & 1)
            != 0;

    /// <summary>The runs of pages, from the lowest on: first byte, and the one behind the
    /// last.</summary>
    public IEnumerable<(ulong Start, ulong End)> Runs()
    {
        ulong start = 0;
        ulong end = 0;
        foreach (var (chunk, bits) in _chunks)
        {
            for (var word = 0; word < bits.Length; word++)
            {
                for (var left = bits[word]; left != 0;)
                {
                    var bit = BitOperations.TrailingZeroCount(left);
                    var length = BitOperations.TrailingZeroCount(~(left >> bit));
                    var from = (chunk << ChunkShift) + ((((ulong)word << 6) + (ulong)bit) << 12);
                    left = bit + length >= 64 ? 0 : left & (ulong.MaxValue << (bit + length));
                    if (from != end)
                    {
                        if (end > start)
                        {
                            yield return (start, end);
                        }

                        start = from;
                    }

                    end = from + ((ulong)length << 12);
                }
            }
        }

        if (end > start)
        {
            yield return (start, end);
        }
    }

    private ulong[]? BitsOf(ulong chunk)
    {
        if (chunk == _lastChunk)
        {
            return _lastBits;
        }

        if (!_chunks.TryGetValue(chunk, out var bits))
        {
            if (_chunks.Count == MostChunks)
            {
                return null;
            }

            bits = new ulong[PagesOfChunk >> 6];
            _chunks.Add(chunk, bits);
        }

        (_lastChunk, _lastBits) = (chunk, bits);
        return bits;
    }
}
