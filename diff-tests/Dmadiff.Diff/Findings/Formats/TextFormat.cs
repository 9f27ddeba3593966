// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Reports;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>Plain text that survives being quoted in a mail.</summary>
public static class TextFormat
{
    private const string ReplayLabel = "  replay   ";
    private const string ReplayIndent = "    ";

    /// <summary>All findings and the closing lines.</summary>
    public static string Render(FindingsReport report)
    {
        var text = new StringBuilder();
        foreach (var notice in report.Notices)
        {
            AppendWrapped(text, notice);
            text.Append('\n');
        }

        foreach (var check in report.Checks)
        {
            var line = check.Findings.Count > 0 ? check.Heading : check.WhenClean;
            if (line.Length > 0)
            {
                AppendWrapped(text, line);
                text.Append('\n');
            }

            foreach (var finding in check.Findings)
            {
                Append(text, finding);
            }
        }

        foreach (var line in report.Summary.Split('\n'))
        {
            AppendWrapped(text, line);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Finding finding)
    {
        text.Append(finding.Text).Append('\n');
        if (finding.Trace is { } trace)
        {
            foreach (var line in TraceExcerpt.Of(trace).Lines)
            {
                text.Append("    ").Append(line).Append('\n');
            }

            text.Append('\n');
        }

        foreach (var commit in finding.Commits)
        {
            AppendWrapped(text, "  commit   " + commit);
        }

        if (finding.Commits.Count > 0)
        {
            text.Append('\n');
        }

        if (finding.Replay is { } replay)
        {
            var lines = replay.Wrap(
                TwoSides.Width - ReplayLabel.Length, TwoSides.Width - ReplayIndent.Length);
            for (var i = 0; i < lines.Count; i++)
            {
                text.Append(i == 0 ? ReplayLabel : ReplayIndent).Append(lines[i]).Append('\n');
            }

            text.Append('\n');
        }
    }

    // Goes on below itself, two columns in.
    private static void AppendWrapped(StringBuilder text, string line)
    {
        var lines = new TwoSides();
        lines.Hanging(line, 2);
        text.Append(lines);
    }
}
