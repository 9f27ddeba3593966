// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Git;

/// <summary>Which commits between two revisions touch a function, as far as there is a history
/// that leads from one to the other.</summary>
/// <param name="older">The revision to start behind.</param>
/// <param name="newer">The revision to end with.</param>
public sealed class FunctionHistory(KernelRevision older, KernelRevision newer)
{
    private const string Most = "--max-count=10";

    private readonly Dictionary<(string, string), IReadOnlyList<string>> _known = [];
    private bool? _connected;

    /// <summary>Whether the newer revision descends from the older.</summary>
    public bool IsConnected(CancellationToken cancel) => _connected ??=
        older.CommitId != newer.CommitId
        && Git(cancel, "merge-base", "--is-ancestor", older.CommitId, newer.CommitId).ExitCode == 0;

    /// <summary>At most 10 commits, the newest first, each as "0123456789ab subject"; empty
    /// when there are none or the history does not tell.</summary>
    /// <param name="file">Path in the tree.</param>
    /// <param name="function">A function that the newer revision defines there.</param>
    /// <param name="cancel">Ends git.</param>
    public IReadOnlyList<string> Touching(string file, string function, CancellationToken cancel)
    {
        if (!_known.TryGetValue((file, function), out var commits))
        {
            commits = Find(file, function, cancel);
            _known.Add((file, function), commits);
        }

        return commits;
    }

    private string[] Find(string file, string function, CancellationToken cancel)
    {
        if (!IsConnected(cancel))
        {
            return [];
        }

        var result = Git(
            cancel,
            "log", "--no-patch", "--abbrev=12", "--format=%h %s", Most,
            $"-L:\\b{function}(:{file}", $"{older.CommitId}..{newer.CommitId}");
        return result.ExitCode == 0
            ? result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : [];
    }

    private ToolResult Git(CancellationToken cancel, params string[] arguments) => Tool.Run(
        "git", ["-C", newer.Owner.Path, .. arguments], cancel);
}
