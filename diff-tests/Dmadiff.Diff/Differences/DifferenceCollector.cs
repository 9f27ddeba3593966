// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Differences;

/// <summary>
/// Sorts differences into groups and keeps a minimal trace of each. Only the first few
/// of a kind are shrunk: the rest are counted.
/// </summary>
/// <param name="compare">Runs a trace on both revisions, the older on the left.</param>
/// <param name="shrinkEach">How many differences of a kind are shrunk.</param>
/// <param name="mostRuns">How often one shrink may compare.</param>
public sealed class DifferenceCollector(
    Func<Trace, Divergence?> compare,
    int shrinkEach = 3,
    int mostRuns = 800)
{
    private readonly Dictionary<(DivergenceSignature, string), Kind> _kinds = new();

    private sealed class Kind
    {
        public int Count { get; set; }

        public List<(Trace Trace, Divergence Divergence)> Shrunk { get; } = [];
    }

    /// <summary>The groups, the most frequent first, then by signature.</summary>
    public IReadOnlyList<DifferenceGroup> Groups => [.. _kinds.Values
        .Select(kind => Describe(kind))
        .GroupBy(group => (group.Signature, group.Known?.Id))
        .Select(Merge)
        .OrderByDescending(group => group.Count)
        .ThenBy(group => group.Signature.ToString(), StringComparer.Ordinal)
        .ThenBy(group => group.Known?.Id, StringComparer.Ordinal)];

    /// <summary>Takes a difference in.</summary>
    /// <param name="trace">The trace that shows it, as generated.</param>
    /// <param name="divergence">What it shows.</param>
    public void Add(Trace trace, Divergence divergence)
    {
        var guess = Explain(trace, divergence)?.Id ?? "";
        var key = (divergence.Signature, guess);
        if (!_kinds.TryGetValue(key, out var kind))
        {
            _kinds.Add(key, kind = new Kind());
        }

        kind.Count++;
        if (kind.Shrunk.Count < shrinkEach)
        {
            // The guess is part of what must stay: a shrinker left to itself slips from a
            // rare cause to a common one with the same signature.
            var shrinker = new Shrinker(
                candidate => compare(candidate) is { } found
                    && (Explain(candidate, found)?.Id ?? "") == guess
                        ? found.Signature
                        : null,
                mostRuns);
            var small = shrinker.Shrink(trace, divergence.Signature).Trace;
            kind.Shrunk.Add((small, compare(small) ?? divergence));
        }
    }

    private static DifferenceGroup Describe(Kind kind)
    {
        var (trace, divergence) = kind.Shrunk.MinBy(row => row.Trace.Operations.Count);
        var known = Explain(trace, divergence);
        return new DifferenceGroup(divergence.Signature, known, kind.Count, trace, divergence);
    }

    private static DifferenceGroup Merge(IEnumerable<DifferenceGroup> same)
    {
        var groups = same.ToList();
        return groups.MinBy(group => group.Minimal.Operations.Count)! with
        {
            Count = groups.Sum(group => group.Count),
        };
    }

    private static KnownDifference? Explain(Trace trace, Divergence divergence) =>
        KnownDifferences.Find(new DifferenceContext(TraceLowering.Lower(trace), divergence));
}
