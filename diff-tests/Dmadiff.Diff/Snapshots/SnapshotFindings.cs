// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;

namespace Dmadiff.Diff.Snapshots;

/// <summary>Puts compared snapshots into the terms that all outputs share.</summary>
/// <param name="revision">The revision they are of.</param>
/// <param name="folder">Where they are stored.</param>
/// <param name="replay">The command that runs a trace by its name, or null.</param>
public sealed class SnapshotFindings(
    string revision, SnapshotFolder folder, Func<string, ShellCommand?> replay)
{
    /// <summary>A check for each snapshot.</summary>
    public IReadOnlyList<Check> Of(IEnumerable<SnapshotResult> results) =>
        [.. results.Select(r => new Check($"snapshot {r.Name}", [.. Findings(r)]))];

    /// <summary>The changed ones by what changed first, the most frequent first: a line each.
    /// </summary>
    public static IEnumerable<string> ByCause(IEnumerable<SnapshotResult> results) => results
        .Where(r => r.State == SnapshotState.Changed)
        .GroupBy(r => SnapshotCause.Of(r.Stored, r.Current), r => r.Name, StringComparer.Ordinal)
        .OrderByDescending(group => group.Count())
        .ThenBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{group.Key} ({group.Count()}): {string.Join(", ", group)}");

    private IEnumerable<Finding> Findings(SnapshotResult result)
    {
        var verified = folder.VerifiedFile(result.Name);
        switch (result.State)
        {
            case SnapshotState.Changed:
                var cause = SnapshotCause.Of(result.Stored, result.Current);
                var diff = UnifiedDiff.Of(
                    verified, result.Stored, folder.ReceivedFile(result.Name), result.Current);
                yield return Finding(
                    FindingRule.SnapshotChanged,
                    result.Name,
                    $"{result.Name}: {cause}",
                    $"{revision} does not do on {result.Name} what is stored: {cause}",
                    diff);
                break;
            case SnapshotState.Missing:
                var missing = $"{result.Name} has no stored snapshot";
                yield return Finding(
                    FindingRule.SnapshotMissing, result.Name, missing, missing, missing + "\n");
                break;
            case SnapshotState.Stale:
                var stale = $"{result.Name} is stored, but there is no such trace";
                yield return Finding(
                    FindingRule.SnapshotStale, result.Name, stale, stale, stale + "\n");
                break;
        }
    }

    private Finding Finding(
        FindingRule rule, string name, string title, string what, string text) => new()
        {
            Rule = rule,
            Revision = revision,
            Title = title,
            What = what,
            Text = text,
            Origin = name,
            TracePath = folder.VerifiedFile(name),
            Replay = rule == FindingRule.SnapshotChanged ? replay(name) : null,
        };
}
