// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli;

/// <summary>Finds the commits that may have brought a difference, where there is a history.
/// </summary>
/// <param name="trees">The kernels.</param>
/// <param name="cancel">Ends the search.</param>
internal sealed class CommitSearch(IEnumerable<ISourceTree> trees, CancellationToken cancel)
{
    private readonly Dictionary<string, KernelRevision> _revisions = trees
        .OfType<KernelRevision>().DistinctBy(r => r.Name)
        .ToDictionary(r => r.Name, StringComparer.Ordinal);

    private readonly Dictionary<(string, string), FunctionHistory> _histories = [];

    /// <summary>Commits after the one kernel and up to the other that touch a function of the
    /// latter; empty where the history does not tell.</summary>
    public IReadOnlyList<string> Touching(string older, string newer, FindingPlace place) =>
        place.File.Length > 0 && Between(older, newer) is { } history
            ? history.Touching(place.File, place.Function, cancel)
            : [];

    /// <summary>What the reader has to know of the kernels' history.</summary>
    public IEnumerable<string> Notices()
    {
        string[] names = [.. _revisions.Keys];
        if (names.Length == 2 && Between(names[0], names[1])?.IsConnected(cancel) != true)
        {
            yield return $"No commits are named: the history at hand does not lead from "
                + $"{names[0]} to {names[1]}.";
        }
    }

    private FunctionHistory? Between(string older, string newer)
    {
        if (_histories.TryGetValue((older, newer), out FunctionHistory? known))
        {
            return known;
        }

        // Revisions of two repositories have no history in common.
        if (!_revisions.TryGetValue(older, out KernelRevision? from)
            || !_revisions.TryGetValue(newer, out KernelRevision? to)
            || from.Owner.Path != to.Owner.Path)
        {
            return null;
        }

        var history = new FunctionHistory(from, to);
        _histories.Add((older, newer), history);
        return history;
    }
}
