// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;

namespace Dmadiff.Cli.Validation.Protocols;

/// <summary>What other tools make of a report: they know three grades.</summary>
internal enum CheckGrade
{
    /// <summary>Nothing speaks against it.</summary>
    Pass,

    /// <summary>Somebody has to look at it.</summary>
    Warn,

    /// <summary>Something is wrong.</summary>
    Fail,
}

/// <summary>Grades reports.</summary>
internal static class CheckGrades
{
    /// <summary>The grade of a report; notes do not count, as most patches are there to change
    /// something.</summary>
    public static CheckGrade Of(FindingsReport report) => report.Findings
        .Select(f => Of(f.Rule.Severity))
        .DefaultIfEmpty(CheckGrade.Pass)
        .Max();

    /// <summary>The grade of a finding.</summary>
    public static CheckGrade Of(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => CheckGrade.Fail,
        FindingSeverity.Warning => CheckGrade.Warn,
        _ => CheckGrade.Pass,
    };
}
