// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Findings;

/// <summary>One thing that a command looked into, and what it found there.</summary>
/// <param name="Name">Stable from run to run: "main keeps the contract".</param>
/// <param name="Findings">What speaks against it; empty when it holds.</param>
public sealed record Check(string Name, IReadOnlyList<Finding> Findings)
{
    /// <summary>A line for people above the findings, or empty.</summary>
    public string Heading { get; init; } = string.Empty;

    /// <summary>A line for people when there is no finding, or empty.</summary>
    public string WhenClean { get; init; } = string.Empty;
}

/// <summary>A kernel that a command ran.</summary>
/// <param name="Name">What the user called it.</param>
/// <param name="Commit">The commit it is, 40 hexadecimal digits, or empty.</param>
/// <param name="Version">"6.12.117", or empty.</param>
public sealed record KernelIdentity(string Name, string Commit, string Version);

/// <summary>A table for people: a row for each thing that was judged.</summary>
/// <param name="Headings">One for each column.</param>
/// <param name="Rows">Each with a cell for each column. The last column takes what room is
/// left.</param>
public sealed record ReportTable(
    IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>Everything that a command has to report, before it is written in any format.
/// </summary>
public sealed record FindingsReport
{
    /// <summary>The tool's version.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The command: "fuzz".</summary>
    public required string Command { get; init; }

    /// <summary>The kernels that ran, in the order given.</summary>
    public required IReadOnlyList<KernelIdentity> Kernels { get; init; }

    /// <summary>What the reader has to know of the run, one line each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The result in one line, for reports that begin with it; empty where the
    /// summary is enough.</summary>
    public string Verdict { get; init; } = string.Empty;

    /// <summary>What was judged, a row each; null when there is no table.</summary>
    public ReportTable? Table { get; init; }

    /// <summary>What was looked into, most serious first.</summary>
    public required IReadOnlyList<Check> Checks { get; init; }

    /// <summary>Sequences that ran on every kernel.</summary>
    public required int Sequences { get; init; }

    /// <summary>Operations that every kernel was given.</summary>
    public required long Operations { get; init; }

    /// <summary>The closing line for people.</summary>
    public required string Summary { get; init; }

    /// <summary>All findings, most serious first.</summary>
    public IEnumerable<Finding> Findings => Checks.SelectMany(check => check.Findings);
}
