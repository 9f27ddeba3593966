// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>
/// KTAP, the kernel's own test output (Documentation/dev-tools/ktap.rst): a test for each
/// check, with a subtest for each finding.
/// </summary>
public static class KtapFormat
{
    private const string Indent = "    ";
    private const string Version = "KTAP version 1\n";

    /// <summary>The whole document.</summary>
    public static string Render(FindingsReport report)
    {
        var text = new StringBuilder(Version);
        text.Append("1..").Append(report.Checks.Count).Append('\n');
        for (var i = 0; i < report.Checks.Count; i++)
        {
            var check = report.Checks[i];
            if (check.Findings.Count > 0)
            {
                Subtests(text, check);
            }

            var result = check.Findings.Count == 0 ? "ok" : "not ok";
            text.Append($"{result} {i + 1} {Name(check.Name)}\n");
        }

        foreach (var line in report.Notices.Append(report.Summary))
        {
            text.Append("# ").Append(OneLine(line)).Append('\n');
        }

        return text.ToString();
    }

    private static void Subtests(StringBuilder text, Check check)
    {
        text.Append(Indent).Append(Version);
        text.Append(Indent).Append("# Subtest: ").Append(Name(check.Name)).Append('\n');
        text.Append(Indent).Append("1..").Append(check.Findings.Count).Append('\n');
        for (var i = 0; i < check.Findings.Count; i++)
        {
            var finding = check.Findings[i];
            foreach (var line in Lines(finding))
            {
                text.Append((Indent + "# " + line).TrimEnd()).Append('\n');
            }

            text.Append($"{Indent}not ok {i + 1} {Name(finding.Title)}\n");
        }
    }

    private static IEnumerable<string> Lines(Finding finding)
    {
        var lines = finding.Text.TrimEnd('\n').Split('\n').AsEnumerable();
        if (finding.Trace is { } trace)
        {
            lines = lines.Append(string.Empty)
                .Concat(TracePrinter.Print(trace with { Comments = [] }).TrimEnd('\n').Split('\n'));
        }

        return finding.Replay is { } replay
            ? lines.Append(string.Empty).Append($"replay: {replay}")
            : lines;
    }

    // What follows a # would be a directive.
    private static string Name(string text) => OneLine(text).Replace('#', ' ');

    private static string OneLine(string text) => text.Replace('\n', ' ');
}
