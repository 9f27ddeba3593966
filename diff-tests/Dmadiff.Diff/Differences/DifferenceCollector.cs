// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Differences;

/// <summary>
/// Sorts differences into groups and keeps a minimal trace of each. Only the first few
/// of a kind are shrunk: the rest are counted.
/// </summary>
/// <param name="compare">Runs a trace on both revisions, the older on the left.</param>
/// <param name="inspect">Runs a trace on both up to a divergence and reads their state.</param>
/// <param name="shrinkEach">How many differences of a kind are shrunk.</param>
/// <param name="mostRuns">How often one shrink may compare.</param>
/// <param name="catalogue">What is known of these two revisions; by default of 6.1 and 6.12.
/// </param>
public sealed class DifferenceCollector(
    Func<Trace, Divergence?> compare,
    Func<Trace, Divergence, DivergenceDetails> inspect,
    int shrinkEach = 3,
    int mostRuns = 800,
    IReadOnlyList<KnownDifference>? catalogue = null)
{
    private readonly Dictionary<(DivergenceSignature Signature, string Guess), Kind> _kinds = new();
    private readonly IReadOnlyList<KnownDifference> _catalogue =
        catalogue ?? KnownDifferences.Catalogue;

    /// <summary>What a difference that the catalogue lacks comes to: those that come to the same
    /// are one group. Null to tell them apart by what differs first.</summary>
    public Func<DivergenceDetails, string>? Effect { get; init; }

    /// <summary>Given a trace, what it shows, and what makes it small, gives the small one: for
    /// whoever keeps them. Null to make each small when it comes.</summary>
    public Func<Trace, string, Func<Trace>, Trace>? Keep { get; init; }

    private sealed class Kind
    {
        public int Count { get; set; }

        public List<Shrunk> Shrunk { get; } = [];

        public Shrunk Smallest => Shrunk.MinBy(shrunk => shrunk.Trace.Operations.Count)!;
    }

    private sealed record Shrunk(Trace Trace, Divergence Divergence);

    /// <summary>The groups: what the catalogue lacks first, then the most frequent.</summary>
    public IReadOnlyList<DifferenceGroup> Groups => [.. _kinds
        .Select(entry => (entry.Key.Signature, entry.Value.Count, entry.Value.Smallest))
        .GroupBy(entry => Explain(entry.Smallest)?.Id
            ?? EffectOf(entry.Smallest) ?? entry.Signature.ToString())
        .Select(entries => Merge([.. entries]))
        .OrderBy(group => group.Known is not null)
        .ThenByDescending(group => group.Count)
        .ThenBy(group => group.Title, StringComparer.Ordinal)];

    /// <summary>Takes a difference in.</summary>
    /// <param name="trace">The trace that shows it, as generated.</param>
    /// <param name="divergence">What it shows.</param>
    /// <param name="shrink">False to take the trace for minimal.</param>
    public void Add(Trace trace, Divergence divergence, bool shrink = true)
    {
        var guess = Explain(trace, divergence)?.Id ?? "";
        var key = (divergence.Signature, guess);
        if (!_kinds.TryGetValue(key, out var kind))
        {
            _kinds.Add(key, kind = new Kind());
        }

        kind.Count++;
        if (!shrink && kind.Shrunk.Count == 0)
        {
            kind.Shrunk.Add(new Shrunk(trace, divergence));
        }
        else if (shrink && kind.Shrunk.Count < shrinkEach)
        {
            // The guess is part of what must stay: a shrinker left to itself slips from a
            // rare cause to a common one with the same signature.
            var shrinker = new Shrinker(
                candidate => compare(candidate) is { } found
                    && (Explain(candidate, found)?.Id ?? "") == guess
                        ? found.Signature
                        : null,
                mostRuns);
            Trace Shrink() => shrinker.Shrink(trace, divergence.Signature).Trace;
            var small = Keep?.Invoke(trace, $"{divergence.Signature} {guess}", Shrink) ?? Shrink();
            kind.Shrunk.Add(new Shrunk(small, compare(small) ?? divergence));
        }
    }

    private DifferenceGroup Merge(
        List<(DivergenceSignature Signature, int Count, Shrunk Smallest)> same)
    {
        var smallest = same.MinBy(entry => entry.Smallest.Trace.Operations.Count).Smallest;
        var symptoms = same
            .GroupBy(entry => entry.Signature)
            .Select(entries => new Symptom(entries.Key, entries.Sum(entry => entry.Count)))
            .OrderByDescending(symptom => symptom.Count)
            .ThenBy(symptom => symptom.Signature.ToString(), StringComparer.Ordinal);
        return new DifferenceGroup(
            Explain(smallest),
            [.. symptoms],
            smallest.Trace,
            inspect(smallest.Trace, smallest.Divergence))
        {
            Effect = EffectOf(smallest),
            IsCatalogued = _catalogue.Count > 0,
        };
    }

    private string? EffectOf(Shrunk shrunk) =>
        Effect?.Invoke(inspect(shrunk.Trace, shrunk.Divergence));

    private KnownDifference? Explain(Shrunk shrunk) =>
        Explain(shrunk.Trace, shrunk.Divergence);

    private KnownDifference? Explain(Trace trace, Divergence divergence) =>
        DifferenceCatalogue.Find(
            _catalogue,
            new DifferenceContext(TraceLowering.Lower(trace), divergence));
}
