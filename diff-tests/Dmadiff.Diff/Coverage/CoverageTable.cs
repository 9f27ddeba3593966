// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text;

namespace Dmadiff.Diff.Coverage;

/// <summary>Coverage as text.</summary>
public static class CoverageTable
{
    // What the code under test only borrows.
    private const string Library = "lib/";

    /// <summary>A line a file under test, at most 75 columns wide.</summary>
    /// <param name="kernel">The kernel's name.</param>
    /// <param name="report">What of it was run.</param>
    public static string Render(string kernel, CoverageReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{kernel}, what was run:\n");
        text.Append(CultureInfo.InvariantCulture,
            $"{"",-32}{"functions",9}{"lines",16}{"edges",16}\n");
        foreach (var file in report.Files.Where(
            f => !f.Path.StartsWith(Library, StringComparison.Ordinal)))
        {
            var functions = $"{file.FunctionsReached}/{file.FunctionCount}";
            text.Append(CultureInfo.InvariantCulture,
                $"  {file.Path,-31}{functions,8}");
            text.Append(Share(file.LinesReached.Count, file.Lines.Count));
            text.Append(Share(file.EdgesReached, file.Edges)).Append('\n');
        }

        return text.ToString();
    }

    private static string Share(int reached, int all)
    {
        var percent = all == 0 ? 100 : 100 * reached / all;
        return string.Create(
            CultureInfo.InvariantCulture, $"{reached + "/" + all,11} {percent,3}%");
    }
}
