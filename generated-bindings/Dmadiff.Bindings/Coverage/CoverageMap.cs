// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>The functions of a build that count their branches.</summary>
/// <param name="Functions">In the order of their counters. A function of a header is there
/// once for each unit that uses it.</param>
public sealed record CoverageMap(IReadOnlyList<CoveredFunction> Functions)
{
    /// <summary>Nothing is counted.</summary>
    public static CoverageMap Empty { get; } = new([]);

    /// <summary>How many counters there are in all.</summary>
    public int Counters { get; } = Functions.Sum(f => f.Counters);
}
