// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Coverage;

/// <summary>How much of a file was run.</summary>
/// <param name="Path">Path in the kernel's tree.</param>
/// <param name="Functions">Its functions, in the order of the text; one whose branches depend
/// on how the kernel is configured is there once for each way it came out.</param>
public sealed record FileCoverage(string Path, IReadOnlyList<FunctionCoverage> Functions)
{
    /// <summary>Lines that have code.</summary>
    public IReadOnlySet<int> Lines { get; } = Functions.SelectMany(f => f.Lines).ToHashSet();

    /// <summary>Those that were run.</summary>
    public IReadOnlySet<int> LinesReached { get; } =
        Functions.SelectMany(f => f.LinesReached).ToHashSet();

    /// <summary>Edges of its functions' flow graphs.</summary>
    public int Edges { get; } = Functions.Sum(f => f.Edges);

    /// <summary>Those that were taken.</summary>
    public int EdgesReached { get; } = Functions.Sum(f => f.EdgesReached);

    /// <summary>Names of its functions.</summary>
    public int FunctionCount { get; } = Functions.DistinctBy(f => f.Name).Count();

    /// <summary>Names of those that were called.</summary>
    public int FunctionsReached { get; } =
        Functions.Where(f => f.LinesReached.Count > 0).DistinctBy(f => f.Name).Count();
}
