// SPDX-License-Identifier: GPL-2.0-only
using System.Net;
using System.Text;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>One page of HTML that needs nothing else: no script, no font, no link to anywhere.
/// </summary>
public static class HtmlFormat
{
    private const string Style = """
        body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em }
        pre { background: #f4f4f4; overflow-x: auto; padding: .8em }
        table { border-collapse: collapse }
        td, th { border-bottom: 1px solid #ccc; padding: .2em .8em; text-align: left }
        .error { color: #a00 } .warning { color: #850 } .note { color: #555 }

        """;

    /// <summary>The whole document.</summary>
    public static string Render(FindingsReport report)
    {
        var title = Text($"dmadiff {report.Command}");
        var text = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
        text.Append("<meta charset=\"utf-8\">\n<title>").Append(title).Append("</title>\n");
        text.Append("<style>\n").Append(Style).Append("</style>\n</head>\n<body>\n");
        text.Append("<h1>").Append(title).Append("</h1>\n");
        Paragraph(text, report.Verdict);
        if (report.Table is { } table)
        {
            Append(text, table);
        }

        foreach (var notice in report.Notices)
        {
            Paragraph(text, notice);
        }

        foreach (var check in report.Checks)
        {
            Append(text, check);
        }

        Paragraph(text, report.Summary);
        return text.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder text, ReportTable table)
    {
        text.Append("<table>\n");
        Row(text, "th", table.Headings);
        foreach (var row in table.Rows)
        {
            Row(text, "td", row);
        }

        text.Append("</table>\n");
    }

    private static void Row(StringBuilder text, string tag, IReadOnlyList<string> cells) =>
        text.Append("<tr>")
            .AppendJoin(string.Empty, cells.Select(cell => $"<{tag}>{Text(cell)}</{tag}>"))
            .Append("</tr>\n");

    private static void Append(StringBuilder text, Check check)
    {
        text.Append("<h2>").Append(Text(check.Name)).Append("</h2>\n");
        if (check.Findings.Count == 0)
        {
            Paragraph(text, check.WhenClean.Length > 0 ? check.WhenClean : "Nothing found.");
        }

        foreach (var finding in check.Findings)
        {
            var severity = finding.Rule.Severity.ToString().ToLowerInvariant();
            text.Append($"<h3 class=\"{severity}\">{Text(finding.Title)}</h3>\n");
            Block(text, finding.Text);
            if (finding.Trace is { } trace)
            {
                Block(text, TracePrinter.Print(trace with { Comments = [] }));
            }

            if (finding.Replay is { } replay)
            {
                Block(text, replay + "\n");
            }
        }
    }

    private static void Block(StringBuilder text, string content) =>
        text.Append("<pre>").Append(Text(content)).Append("</pre>\n");

    private static void Paragraph(StringBuilder text, string content)
    {
        if (content.Length > 0)
        {
            text.Append("<p>").Append(Text(content)).Append("</p>\n");
        }
    }

    private static string Text(string content) => WebUtility.HtmlEncode(content);
}
