// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Reports;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>A table as plain text, at most 75 columns wide: what is too long in the last
/// column is cut short.</summary>
internal static class TableText
{
    private const string Gap = "  ";
    private const string Cut = "...";

    /// <summary>The headings and a line for each row.</summary>
    public static string Render(ReportTable table)
    {
        var text = new StringBuilder();
        var columns = table.Headings.Count;
        var widths = new int[columns];
        for (var i = 0; i < columns; i++)
        {
            widths[i] = table.Rows.Select(row => row[i].Length)
                .Append(table.Headings[i].Length).Max();
        }

        widths[^1] = Math.Max(
            Cut.Length, TwoSides.Width - widths[..^1].Sum() - (Gap.Length * (columns - 1)));
        foreach (var row in table.Rows.Prepend(table.Headings))
        {
            var line = string.Join(Gap, row.Select((cell, i) => Fit(cell, widths[i])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string Fit(string cell, int width) => cell.Length <= width
        ? cell.PadRight(width)
        : cell[..(width - Cut.Length)] + Cut;
}
