// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Xml.Linq;
using Dmadiff.Cli.Output;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Scaling;

/// <summary>The plots that are written as SVG.</summary>
public sealed class LogLogPlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Names_are_text_whatever_is_in_them()
    {
        XElement root = Render("a < b & \"c\"", [(1, 1), (10, 10)]);
        root.Elements(Svg + "text").Select(t => t.Value).ShouldContain("a < b & \"c\"");
    }

    [Fact]
    public void Equal_factors_are_equally_far_apart()
    {
        XElement root = Render("line", [(1, 1), (10, 10), (100, 100)]);
        double[][] points =
        [
            .. root.Element(Svg + "polyline")!.Attribute("points")!.Value.Split(' ')
                .Select(p => p.Split(',')
                    .Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()),
        ];
        (points[1][0] - points[0][0]).ShouldBe(points[2][0] - points[1][0], 0.2);
        (points[1][1] - points[0][1]).ShouldBe(points[2][1] - points[1][1], 0.2);
        points[2][1].ShouldBeLessThan(points[0][1], "more is further up");
    }

    [Fact]
    public void A_single_point_is_drawn_too() =>
        Render("one", [(4096, 1)]).Elements(Svg + "polyline").Count().ShouldBe(1);

    private static XElement Render(string name, (double X, double Y)[] points) =>
        XDocument.Parse(new LogLogPlot("title", "x", "y", x => $"{x}").Render(
            [new PlotLine(name, points)], [(points[0].X, "mark")])).Root!;
}
