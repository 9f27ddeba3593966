// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Differences;

/// <summary>Differences between two revisions that look like one change.</summary>
/// <param name="Signature">What they have in common.</param>
/// <param name="Known">The change, or null when the catalogue has none.</param>
/// <param name="Count">Sequences that showed it first.</param>
/// <param name="Minimal">The smallest trace that shows it.</param>
/// <param name="Divergence">What that trace shows: both outcomes.</param>
public sealed record DifferenceGroup(
    DivergenceSignature Signature,
    KnownDifference? Known,
    int Count,
    Trace Minimal,
    Divergence Divergence);
