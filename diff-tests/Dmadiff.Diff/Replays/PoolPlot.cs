// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text;

namespace Dmadiff.Diff.Replays;

/// <summary>Draws pools over time as an SVG.</summary>
public static class PoolPlot
{
    private const int Width = 800;
    private const int Height = 400;
    private const int Left = 80;
    private const int Right = 20;
    private const int Top = 50;
    private const int Bottom = 60;

    // Told apart also by those who do not see all colours, and on paper.
    private static readonly (string Color, string Dash)[] Styles =
        [("#0072b2", ""), ("#d55e00", "6 3"), ("#009e73", "2 3"), ("#cc79a7", "8 3 2 3")];

    /// <summary>The drawing: for each engine the most slots in use of every stretch.</summary>
    /// <param name="title">What was replayed.</param>
    /// <param name="engines">The engines, after their replay.</param>
    public static string Draw(string title, IReadOnlyList<ReplayEngine> engines)
    {
        var most = engines.SelectMany(e => e.Timeline.Stretches).Select(s => s.MostUsed)
            .DefaultIfEmpty().Max();
        var top = Math.Max(most, 1);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}"
                 font-family="sans-serif" font-size="12">
            <rect width="{Width}" height="{Height}" fill="white"/>
            <text x="{Left}" y="24" font-size="14">{Escape(title)}: slots of the pool in use</text>

            """);
        Axes(svg, top);
        for (var i = 0; i < engines.Count; i++)
        {
            Line(svg, engines[i], i, top);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Axes(StringBuilder svg, ulong top)
    {
        const int lines = 4;
        for (var i = 0; i <= lines; i++)
        {
            var value = top * (ulong)i / lines;
            var y = Y(value, top);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{Left}" y1="{y:F1}" x2="{Width - Right}" y2="{y:F1}" stroke="#ddd"/>
                <text x="{Left - 8}" y="{y + 4:F1}" text-anchor="end">{value}</text>

                """);
        }

        svg.Append(CultureInfo.InvariantCulture, $"""
            <text x="{Left}" y="{Height - Bottom + 20}">start</text>
            <text x="{Width - Right}" y="{Height - Bottom + 20}" text-anchor="end">end</text>

            """);
    }

    private static void Line(StringBuilder svg, ReplayEngine engine, int number, ulong top)
    {
        var (color, dash) = Styles[number % Styles.Length];
        var stretches = engine.Timeline.Stretches;
        var step = (double)(Width - Left - Right) / Math.Max(1, stretches.Count);
        var points = new StringBuilder();
        for (var i = 0; i < stretches.Count; i++)
        {
            var y = Y(stretches[i].MostUsed, top);
            points.Append(
                CultureInfo.InvariantCulture,
                $"{Left + (i * step):F1},{y:F1} {Left + ((i + 1) * step):F1},{y:F1} ");
        }

        var legend = Left + (number * 170);
        svg.Append(CultureInfo.InvariantCulture, $"""
            <polyline points="{points.ToString().TrimEnd()}" fill="none" stroke="{color}"
                      stroke-width="2" stroke-dasharray="{dash}"/>
            <line x1="{legend}" y1="{Height - 20}" x2="{legend + 30}" y2="{Height - 20}"
                  stroke="{color}" stroke-width="2" stroke-dasharray="{dash}"/>
            <text x="{legend + 36}" y="{Height - 16}">{Escape(engine.Engine.Name)}</text>

            """);
    }

    private static double Y(ulong value, ulong top) =>
        Height - Bottom - ((double)(Height - Top - Bottom) * value / top);

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
