// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>
/// A trace as people are shown it. Some defects need a full magazine or a full pool, and nobody
/// reads five hundred lines of it: the middle is left to the file.
/// </summary>
/// <param name="Lines">The lines to show, without comments of the trace's own.</param>
/// <param name="IsWhole">False when a comment stands for lines that are left out.</param>
public sealed record TraceExcerpt(IReadOnlyList<string> Lines, bool IsWhole)
{
    /// <summary>A trace of up to so many lines is shown as it is.</summary>
    public const int WholeLines = 60;

    // With the four that reports put before it, 75.
    private const int Columns = 71;

    private const int FirstLines = 24;
    private const int LastLines = 12;

    /// <summary>What to show of a trace.</summary>
    public static TraceExcerpt Of(Trace trace)
    {
        var lines = TracePrinter.Print(trace with { Comments = [] }).TrimEnd('\n').Split('\n')
            .SelectMany(line => LogicalLines.Wrap(line, Columns)).ToArray();
        if (lines.Length <= WholeLines)
        {
            return new TraceExcerpt(lines, true);
        }

        var without = lines.Length - FirstLines - LastLines;
        return new TraceExcerpt(
            [
                .. lines[..FirstLines],
                $"# [{without} lines are left out here; the trace's file has them]",
                .. lines[^LastLines..],
            ],
            false);
    }
}
