// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Coverage;

/// <summary>What one trace reached that none before it had.</summary>
/// <param name="Edges">Numbers of counted edges that were never taken before.</param>
/// <param name="IsMore">Whether any edge was taken for the first time, or an order of magnitude
/// more often than in any trace before.</param>
public sealed record CoverageGain(IReadOnlyList<int> Edges, bool IsMore);
