// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Snapshots;

namespace Dmadiff.Cli.Output;

/// <summary>The last lines of a comparison of snapshots.</summary>
internal static class SnapshotSummary
{
    /// <summary>What changed by cause, a line each, and how many in one line.</summary>
    public static string Of(string kernel, IReadOnlyList<SnapshotResult> results, bool accepted)
    {
        int Number(SnapshotState state) => results.Count(r => r.State == state);
        var (changed, missing, stale) = (
            Number(SnapshotState.Changed),
            Number(SnapshotState.Missing),
            Number(SnapshotState.Stale));
        string total = Summary.Count(results.Count, "snapshot");
        if (changed + missing + stale == 0)
        {
            return $"{kernel}: {total}, all as stored";
        }

        string[] counts =
        [
            .. changed > 0 ? [$"{changed} changed"] : Array.Empty<string>(),
            .. missing > 0 ? [$"{missing} {(accepted ? "new" : "not stored")}"] : Array.Empty<string>(),
            .. stale > 0 ? [$"{stale} without a trace"] : Array.Empty<string>(),
        ];
        string closing = $"{kernel}: {total}: {string.Join(", ", counts)}";
        closing += accepted ? ": accepted" : "; --accept takes them";
        return string.Join('\n', SnapshotFindings.ByCause(results).Append(closing));
    }
}
