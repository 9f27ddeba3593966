// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;

namespace Dmadiff.Diff.Generators;

/// <summary>
/// xoshiro256**, seeded through SplitMix64: the same numbers on every platform and in every
/// release, so that a seed in a report can always be replayed.
/// </summary>
public sealed class SeedStream
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>Stream number <paramref name="index"/> of a seed.</summary>
    public SeedStream(ulong seed, ulong index)
    {
        var state = seed;
        state = SplitMix(ref state) ^ (index * 0xD1342543DE82EF95);
        _a = SplitMix(ref state);
        _b = SplitMix(ref state);
        _c = SplitMix(ref state);
        _d = SplitMix(ref state);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number below <paramref name="bound"/>, which is at least 1. The bias of the
    /// multiplication does not matter at the sizes used here.</summary>
    public ulong Below(ulong bound) => Math.BigMul(Next(), bound, out _);

    /// <summary>An index below a count.</summary>
    public int Index(int count) => (int)Below((ulong)count);

    /// <summary>A number in [low, high].</summary>
    public ulong Between(ulong low, ulong high) => low + Below(high - low + 1);

    /// <summary>True in <paramref name="percent"/> of 100 cases.</summary>
    public bool Chance(int percent) => Below(100) < (ulong)percent;

    /// <summary>One of the items.</summary>
    public T Pick<T>(params ReadOnlySpan<T> items) => items[Index(items.Length)];

    /// <summary>One of the numbers, which may be written as any kind of literal.</summary>
    public ulong Pick(params ReadOnlySpan<ulong> items) => items[Index(items.Length)];

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
