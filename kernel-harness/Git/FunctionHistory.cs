// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Git;

/// <summary>Which commits between two revisions touch a function, as far as there is a history
/// that leads from one to the other.</summary>
/// <param name="older">The revision to start behind.</param>
/// <param name="newer">The revision to end with.</param>
public sealed class FunctionHistory(KernelRevision older, KernelRevision newer)
{
    private const int Most = 10;
    private static readonly string[] UnderTest = ["kernel/dma", "drivers/iommu", "include/linux"];
    private static readonly string[] Format = ["log", "--no-patch", "--abbrev=12", "--format=%h %s"];

    private readonly Dictionary<(string, string), IReadOnlyList<string>> _known = [];
    private bool? _connected;
    private string[]? _all;

    /// <summary>Whether the newer revision descends from the older.</summary>
    public bool IsConnected(CancellationToken cancel) => _connected ??=
        older.CommitId != newer.CommitId
        && Git(cancel, "merge-base", "--is-ancestor", older.CommitId, newer.CommitId).ExitCode == 0;

    /// <summary>At most 10 commits, the newest first, each as "0123456789ab subject": those that
    /// touch the function, or if none does, those that touch the code under test unless they
    /// are too many to tell anything. Empty when the history does not tell.</summary>
    /// <param name="file">Path in the tree, or empty when no place is known.</param>
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

        var range = $"{older.CommitId}..{newer.CommitId}";
        var touching = file.Length > 0
            ? Log(cancel, $"--max-count={Most}", $"-L:\\b{function}(:{file}", range)
            : [];
        if (touching.Length > 0)
        {
            return touching;
        }

        _all ??= Log(cancel, [$"--max-count={Most + 1}", range, "--", .. UnderTest]);
        return _all.Length <= Most ? _all : [];
    }

    private string[] Log(CancellationToken cancel, params string[] arguments)
    {
        var result = Git(cancel, [.. Format, .. arguments]);
        return result.ExitCode == 0
            ? result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : [];
    }

    private ToolResult Git(CancellationToken cancel, params string[] arguments) => Tool.Run(
        "git", ["-C", newer.Owner.Path, .. arguments], cancel);
}
