// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Coverage;

/// <summary>How much of a kernel's code was run.</summary>
/// <param name="Files">Its .c files, in order of their paths. What headers hold counts for
/// none of them.</param>
public sealed record CoverageReport(IReadOnlyList<FileCoverage> Files)
{
    /// <summary>A file; null when nothing of it is counted.</summary>
    /// <param name="path">Path in the kernel's tree.</param>
    public FileCoverage? Find(string path) => Files.FirstOrDefault(f => f.Path == path);

    /// <summary>Works out what functions' counters say.</summary>
    internal static CoverageReport Of(
        IEnumerable<(CoveredFunction Function, ReadOnlyMemory<ulong> Counters)> functions) => new(
    [
        .. functions
            .Where(f => IsUnit(f.Function.File))
            .GroupBy(f => f.Function.File, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new FileCoverage(
                g.Key,
                [
                    .. g.Select(f => FunctionCoverage.Of(f.Function, f.Counters.Span))
                        .OrderBy(f => f.FirstLine)
                        .ThenBy(f => f.Name, StringComparer.Ordinal),
                ])),
    ]);

    private static bool IsUnit(string file) =>
        file.EndsWith(".c", StringComparison.Ordinal)
        && !file.StartsWith("kernel-harness/", StringComparison.Ordinal);
}
