// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Native;

/// <summary>Puts memory that is lost into words.</summary>
internal static class LeakDescriber
{
    /// <summary>As many are told at most; a leak in a loop loses no more of interest.</summary>
    public const int Most = 64;

    /// <summary>Names the places that took it.</summary>
    /// <param name="leaks">What the library says.</param>
    /// <param name="places">Knows places in the library.</param>
    public static IReadOnlyList<MemoryLeak> Describe(
        ReadOnlySpan<AbiLeak> leaks, Symboliser places)
    {
        var known = new Dictionary<ulong, string>();
        var described = new List<MemoryLeak>();
        foreach (AbiLeak leak in leaks)
        {
            if (!known.TryGetValue(leak.AllocatedAt, out string? place))
            {
                place = places.Find(leak.AllocatedAt)?.ToString() ?? $"0x{leak.AllocatedAt:x}";
                known.Add(leak.AllocatedAt, place);
            }

            described.Add(new MemoryLeak(leak.Bytes, place));
        }

        return described;
    }
}
