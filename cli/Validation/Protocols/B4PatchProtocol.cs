// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;

namespace Dmadiff.Cli.Validation.Protocols;

/// <summary>
/// What b4 prep --check and b4 am --check run for each patch: the patch is on standard input,
/// a line with "ERROR:" fails, any other line warns, and silence passes.
/// </summary>
internal sealed class B4PatchProtocol : ICheckProtocol
{
    /// <inheritdoc/>
    public string Series => "-";

    /// <inheritdoc/>
    public bool IsPart => true;

    /// <inheritdoc/>
    public int Tell(FindingsReport report, TextWriter output)
    {
        foreach (Finding finding in report.Findings)
        {
            CheckGrade grade = CheckGrades.Of(finding.Rule.Severity);
            if (grade != CheckGrade.Pass)
            {
                output.WriteLine(
                    $"{(grade == CheckGrade.Fail ? "ERROR" : "WARNING")}: dmadiff: "
                    + finding.What.ReplaceLineEndings(" ") + Place(finding.Place));
            }
        }

        return CheckGrades.Of(report) == CheckGrade.Pass ? ExitCode.Clean : ExitCode.Findings;
    }

    /// <inheritdoc/>
    public int TellUntested(string why, TextWriter output)
    {
        output.WriteLine($"WARNING: dmadiff: not tested: {why.ReplaceLineEndings(" ")}");
        return ExitCode.Clean;
    }

    private static string Place(FindingPlace place) => place.File.Length == 0
        ? string.Empty
        : $" ({place.File}{(place.Line > 0 ? $":{place.Line}" : string.Empty)})";
}
