// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;

namespace Dmadiff.Diff.Recordings;

/// <summary>A pool of swiotlb as the recorded kernel had it.</summary>
/// <param name="Base">Physical address.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Areas">Its areas, a power of two.</param>
/// <param name="IsGuess">The recording does not show where it starts.</param>
public sealed record RecordedPool(ulong Base, ulong Bytes, int Areas, bool IsGuess)
{
    /// <summary>Bytes of one area.</summary>
    public ulong AreaBytes => Bytes / (ulong)Areas;

    /// <summary>Whether an address is in it.</summary>
    public bool Holds(ulong address) => address >= Base && address - Base < Bytes;
}

/// <summary>
/// Finds the pool that bounces came from. A CPU starts at the beginning of an area of its own,
/// so the first bounces of all CPUs lie one area apart.
/// </summary>
internal sealed class PoolEvidence
{
    /// <summary>What the kernel makes without being told otherwise.</summary>
    public const ulong DefaultBytes = 64UL << 20;

    private const int MostAreas = 128;
    private const ulong SlotMask = 2047;
    private const ulong PageMask = 4095;
    private const ulong GuessedAlignment = 2UL << 20;
    private readonly SortedDictionary<int, ulong> _first = [];

    /// <summary>Lowest slot that was handed out; all ones when none was.</summary>
    public ulong Lowest { get; private set; } = ulong.MaxValue;

    /// <summary>The end of the highest mapping.</summary>
    public ulong Highest { get; private set; }

    /// <summary>The first slot that each CPU was handed.</summary>
    public IReadOnlyDictionary<int, ulong> First => _first;

    /// <summary>Takes in a bounce.</summary>
    public void Bounce(int cpu, ulong dma, ulong size)
    {
        var slot = dma & ~SlotMask;
        _first.TryAdd(cpu, slot);
        Lowest = Math.Min(Lowest, slot);
        Highest = Math.Max(Highest, dma + size);
    }

    /// <summary>Takes in what was mapped before the recording began.</summary>
    public void BounceBefore(ulong dma, ulong size)
    {
        Lowest = Math.Min(Lowest, dma & ~SlotMask);
        Highest = Math.Max(Highest, dma + size);
    }

    /// <summary>The pool, or null when nothing was bounced.</summary>
    /// <param name="cpus">CPUs of the machine.</param>
    /// <param name="given">Base and size, if the user knows them.</param>
    /// <param name="isWhole">The recording starts with the machine.</param>
    public RecordedPool? Find(int cpus, (ulong Base, ulong Bytes)? given, bool isWhole)
    {
        var fewest = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(cpus, 1));
        if (given is { } pool)
        {
            var areas = Candidates(fewest, pool.Bytes).FirstOrDefault(
                n => Fits(pool.Base, pool.Bytes, n), AreasOf(fewest, pool.Bytes));
            return new RecordedPool(pool.Base, pool.Bytes, areas, IsGuess: false);
        }

        if (_first.Count == 0)
        {
            return null;
        }

        foreach (var areas in isWhole ? Candidates(fewest, DefaultBytes) : [])
        {
            var area = DefaultBytes / (ulong)areas;

            // Alignment may have skipped a slot of the first page.
            var bases = _first
                .Select(f => (f.Value & ~PageMask) - (area * AreaOf(f.Key, areas))).Distinct();
            if (bases.ToList() is [var only] && Covers(only, DefaultBytes))
            {
                return new RecordedPool(only, DefaultBytes, areas, IsGuess: false);
            }
        }

        var guess = Lowest & ~(GuessedAlignment - 1);
        var bytes = DefaultBytes;
        while (!Covers(guess, bytes) && bytes < 1UL << 30)
        {
            bytes <<= 1;
        }

        return new RecordedPool(guess, bytes, AreasOf(fewest, bytes), IsGuess: true);
    }

    private static IEnumerable<int> Candidates(int fewest, ulong bytes)
    {
        for (var n = AreasOf(fewest, bytes); n <= AreasOf(MostAreas, bytes); n *= 2)
        {
            yield return n;
        }
    }

    // An area has a segment of 128 slots at least.
    private static int AreasOf(int wanted, ulong bytes)
    {
        var most = Math.Max(1UL, bytes >> 18);
        return (int)Math.Min((ulong)wanted, BitOperations.IsPow2(most)
            ? most
            : BitOperations.RoundUpToPowerOf2(most) >> 1);
    }

    private static ulong AreaOf(int cpu, int areas) => (ulong)(cpu & (areas - 1));

    private bool Covers(ulong start, ulong bytes) => Lowest >= start && Highest <= start + bytes;

    private bool Fits(ulong start, ulong bytes, int areas)
    {
        var area = bytes / (ulong)areas;
        return _first.All(f => f.Value >= start
            && (f.Value - start) / area == AreaOf(f.Key, areas));
    }
}
