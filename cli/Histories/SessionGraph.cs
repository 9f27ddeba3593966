// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;

namespace Dmadiff.Cli.Histories;

/// <summary>The history of a repository, as far as it touches what is built.</summary>
/// <param name="session">Knows which files that are, the more so the more was built.</param>
/// <param name="cancel">Ends git.</param>
internal sealed class SessionGraph(HistorySession session, CancellationToken cancel)
    : ICommitGraph
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Candidates(string bad, IReadOnlyCollection<string> good) =>
        session.Git.Bisect(bad, good, session.Files, cancel);

    /// <inheritdoc/>
    public string? Newest(string bad, IReadOnlyCollection<string> good) =>
        session.Git.Newest(bad, good, session.Files, cancel);

    /// <inheritdoc/>
    public IReadOnlyList<string> MergeBases(string bad, string good) =>
        session.Git.MergeBases(bad, [good], cancel);
}
