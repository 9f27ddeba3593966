// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Security;
using System.Text;

namespace Dmadiff.Cli.Output;

/// <summary>A line of a plot.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">All above 0; at least one.</param>
internal sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>
/// A plot with logarithmic axes as SVG, made of lines and text alone. The same lines give the
/// same text on every machine.
/// </summary>
/// <param name="title">Above it.</param>
/// <param name="xTitle">Below the horizontal axis.</param>
/// <param name="yTitle">Beside the vertical one.</param>
/// <param name="xLabel">What a point of the horizontal axis is called.</param>
internal sealed class LogLogPlot(
    string title, string xTitle, string yTitle, Func<double, string> xLabel)
{
    private const int Width = 640;
    private const int Height = 420;
    private const int Left = 80;
    private const int Right = 20;
    private const int Top = 50;
    private const int Bottom = 110;

    // Told apart without colours, too: each has dashes of its own.
    private static readonly (string Colour, string Dashes)[] Styles =
    [
        ("#0b5394", "none"), ("#b45f06", "8 4"), ("#38761d", "2 3"), ("#741b47", "10 3 2 3"),
    ];

    /// <summary>The plot.</summary>
    /// <param name="lines">At most as many as there are styles.</param>
    /// <param name="marks">Places on the horizontal axis, and what they are.</param>
    public string Render(
        IReadOnlyList<PlotLine> lines, IReadOnlyList<(double X, string Text)> marks)
    {
        var points = lines.SelectMany(line => line.Points).ToList();
        var x = new Axis(
            points.Min(p => p.X), points.Max(p => p.X), Left, Width - Right);
        var y = new Axis(
            Math.Pow(10, Math.Floor(Math.Log10(points.Min(p => p.Y)))),
            Math.Pow(10, Math.Ceiling(Math.Log10(points.Max(p => p.Y)))),
            Height - Bottom,
            Top);
        var svg = new StringBuilder();
        svg.Append(Invariant(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" "));
        svg.Append("font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(Invariant($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>\n"));
        Text(svg, Width / 2, Top - 25, "middle", title);
        Text(svg, (Left + Width - Right) / 2, Height - Bottom + 38, "middle", xTitle);
        Text(svg, Left, Top - 8, "end", yTitle);
        foreach (double at in lines[0].Points.Select(p => p.X).Distinct())
        {
            Line(svg, x.At(at), Height - Bottom, x.At(at), Top, "#dddddd", "none");
            Text(svg, x.At(at), Height - Bottom + 18, "middle", xLabel(at));
        }

        for (double at = y.Low; at <= y.High * 1.001; at *= 10)
        {
            Line(svg, Left, y.At(at), Width - Right, y.At(at), "#dddddd", "none");
            Text(svg, Left - 6, y.At(at) + 4, "end", at.ToString("0.###", CultureInfo.InvariantCulture));
        }

        foreach ((double at, string text) in marks)
        {
            Line(svg, x.At(at), Height - Bottom, x.At(at), Top, "#cc0000", "4 4");
            Text(svg, x.At(at) - 4, Top + 12, "end", text);
        }

        for (int i = 0; i < lines.Count; i++)
        {
            Draw(svg, lines[i], Styles[i], x, y);
            int row = Height - Bottom + 58 + (14 * i);
            Line(svg, Left, row - 4, Left + 30, row - 4, Styles[i].Colour, Styles[i].Dashes);
            Text(svg, Left + 38, row, "start", lines[i].Name);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(
        StringBuilder svg, PlotLine line, (string Colour, string Dashes) style, Axis x, Axis y)
    {
        string points = string.Join(
            ' ', line.Points.Select(p => Invariant($"{x.At(p.X):F1},{y.At(p.Y):F1}")));
        svg.Append($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{style.Colour}\" ");
        svg.Append($"stroke-width=\"2\" stroke-dasharray=\"{style.Dashes}\"/>\n");
    }

    private static void Line(
        StringBuilder svg, double x1, double y1, double x2, double y2, string colour,
        string dashes)
    {
        svg.Append(Invariant($"<line x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" "));
        svg.Append($"stroke=\"{colour}\" stroke-dasharray=\"{dashes}\"/>\n");
    }

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text)
    {
        svg.Append(Invariant($"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">"));
        svg.Append(SecurityElement.Escape(text)).Append("</text>\n");
    }

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Where values are on the paper.</summary>
    private sealed record Axis(double Low, double High, double From, double To)
    {
        public double At(double value) => High <= Low
            ? From
            : From + ((To - From) * Math.Log(value / Low) / Math.Log(High / Low));
    }
}
