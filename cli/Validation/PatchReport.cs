// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;

namespace Dmadiff.Cli.Validation;

/// <summary>What a report says of one patch.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Result">A few words on what it does.</param>
/// <param name="Findings">What there is to tell.</param>
internal sealed record PatchReport(
    int Number, string Subject, string Result, IReadOnlyList<Finding> Findings)
{
    /// <summary>How many of the changed lines with code ran: "12/15"; empty when there are
    /// none.</summary>
    public string Ran { get; init; } = string.Empty;

    /// <summary>The largest change of what an operation costs, against the base: "+10%"; empty
    /// when there is none.</summary>
    public string Cost { get; init; } = string.Empty;

    /// <summary>What else the reader has to know, a line each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The worst of the findings; null when there is none.</summary>
    public FindingSeverity? Worst =>
        Findings.Count == 0 ? null : Findings.Max(f => f.Rule.Severity);
}
