// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Differences;

/// <summary>A change of behaviour whose cause is known.</summary>
/// <param name="Id">Short name, stable.</param>
/// <param name="Functions">The functions in which the behaviour changed.</param>
/// <param name="Explanation">What changed and what a driver sees of it.</param>
/// <param name="Applies">Whether a difference is of this kind.</param>
public sealed record KnownDifference(
    string Id,
    string Functions,
    string Explanation,
    Func<DifferenceContext, bool> Applies);
