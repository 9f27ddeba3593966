// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Reports;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>A page of Markdown: a section for each finding.</summary>
public static class MarkdownFormat
{
    private const int Width = 80;

    /// <summary>The whole document.</summary>
    public static string Render(FindingsReport report)
    {
        var text = new StringBuilder("<!-- SPDX-License-Identifier: GPL-2.0-only -->\n");
        var kernels = string.Join(" against ", report.Kernels.Select(k => k.Name));
        text.Append($"# {kernels}\n\n");
        foreach (var kernel in report.Kernels)
        {
            text.Append($"- {kernel.Name}: {kernel.Version}\n");
        }

        foreach (var notice in report.Notices)
        {
            text.Append('\n').Append(Paragraph(notice));
        }

        foreach (var check in report.Checks)
        {
            var line = check.Findings.Count > 0 ? check.Heading : check.WhenClean;
            if (line.Length > 0)
            {
                text.Append('\n').Append(Paragraph(line));
            }

            foreach (var finding in check.Findings)
            {
                Append(text, finding);
            }
        }

        return text.Append('\n').Append(Paragraph(report.Summary)).ToString();
    }

    private static void Append(StringBuilder text, Finding finding)
    {
        text.Append($"\n## {finding.Title}\n\n");
        if (finding.Explanation.Length > 0)
        {
            text.Append(Paragraph(finding.Explanation)).Append('\n');
        }

        if (finding.Place.Function.Length > 0)
        {
            text.Append($"In `{finding.Place.Function}()`.\n\n");
        }

        foreach (var commit in finding.Commits)
        {
            text.Append($"- {commit}\n");
        }

        if (finding.Commits.Count > 0)
        {
            text.Append('\n');
        }

        if (finding.Trace is { } trace)
        {
            var excerpt = TraceExcerpt.Of(trace);
            text.Append(excerpt.IsWhole ? "```trace\n" : "```text\n")
                .AppendJoin('\n', excerpt.Lines).Append("\n```\n\n");
        }

        text.Append("```\n").Append(Outcome(finding)).Append("```\n");
        if (finding.Replay is { } replay)
        {
            text.Append("\n```sh\n");
            foreach (var (i, line) in replay.Wrap(TwoSides.Width, TwoSides.Width - 4).Index())
            {
                text.Append(i == 0 ? string.Empty : "    ").Append(line).Append('\n');
            }

            text.Append("```\n");
        }
    }

    private static string Outcome(Finding finding) =>
        finding.Outcome.Length > 0 ? finding.Outcome : finding.Text;

    private static string Paragraph(string text)
    {
        var lines = new TwoSides(Width);
        lines.Line(text);
        return lines.ToString();
    }
}
