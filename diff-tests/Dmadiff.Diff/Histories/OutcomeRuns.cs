// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Histories;

/// <summary>A stretch of history over which a trace comes to the same.</summary>
/// <param name="Outcome">What it comes to; null when nothing in it could be tested.</param>
/// <param name="First">The commit that it begins with; null when it began before the range.
/// </param>
public sealed record OutcomeRun(Outcome? Outcome, string? First)
{
    /// <summary>Commits of the range that belong to it.</summary>
    public int Commits { get; internal set; }

    /// <summary>Commits that could not be tested and lie right before its first: it may have
    /// begun with one of them.</summary>
    public IReadOnlyList<string> Doubtful { get; init; } = [];
}

/// <summary>
/// Divides a history into stretches of equal outcome. A commit belongs to the stretch of the
/// first of its parents that comes to the same, so that a merge changes something only if it
/// is like none of those it joins.
/// </summary>
public static class OutcomeRuns
{
    /// <summary>The stretches, in the order in which they begin.</summary>
    /// <param name="commits">The commits of a range with their parents, ancestors first.
    /// Parents may lie outside of it.</param>
    /// <param name="outcomeOf">What a commit comes to; null when it cannot be tested.</param>
    public static IReadOnlyList<OutcomeRun> Divide(
        IReadOnlyList<(string Commit, IReadOnlyList<string> Parents)> commits,
        Func<string, Outcome?> outcomeOf)
    {
        var runs = new List<OutcomeRun>();
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        var inside = commits.Select(c => c.Commit).ToHashSet(StringComparer.Ordinal);
        foreach (var (commit, parents) in commits)
        {
            foreach (var outside in parents.Where(p => !inside.Contains(p)))
            {
                if (!places.ContainsKey(outside))
                {
                    places.Add(outside, new Place(Join(runs, outcomeOf(outside)), []));
                }
            }

            var before = parents.Select(p => places[p]).ToList();
            places.Add(commit, PlaceOf(commit, outcomeOf(commit), before, runs));
        }

        return runs;
    }

    private static Place PlaceOf(
        string commit, Outcome? outcome, List<Place> before, List<OutcomeRun> runs)
    {
        if (outcome is null)
        {
            // It may belong to any of those next to it, and so is counted with none.
            var run = before.Count > 0 ? before[0].Run : Join(runs, null);
            return new Place(run, [.. before.SelectMany(b => b.Doubtful).Distinct(), commit]);
        }

        if (before.Find(b => IsLike(b.Run.Outcome, outcome)) is { } same)
        {
            same.Run.Commits++;
            return new Place(same.Run, []);
        }

        var begun = new OutcomeRun(outcome, commit)
        {
            Commits = 1,
            Doubtful = [.. before.SelectMany(b => b.Doubtful).Distinct()],
        };
        runs.Add(begun);
        return new Place(begun, []);
    }

    // What lies outside of the range is one stretch for each outcome.
    private static OutcomeRun Join(List<OutcomeRun> runs, Outcome? outcome)
    {
        var known = runs.Find(r => r.First is null
            && (outcome is null ? r.Outcome is null : IsLike(r.Outcome, outcome)));
        if (known is null)
        {
            known = new OutcomeRun(outcome, null);
            runs.Add(known);
        }

        return known;
    }

    private static bool IsLike(Outcome? left, Outcome right) =>
        left is not null && left.IsLike(right);

    private sealed record Place(OutcomeRun Run, IReadOnlyList<string> Doubtful);
}
