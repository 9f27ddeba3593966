// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;

namespace Dmadiff.Cli.Buffers;

/// <summary>Plots the price of a mapping by its size.</summary>
internal static class BufferPlot
{
    // Nothing at all has no place on a logarithmic axis.
    private const double Least = 0.001;

    /// <summary>The plot, as SVG.</summary>
    public static string Render(BufferSurvey survey, BufferCosts costs)
    {
        PlotLine Line(string name, BufferLayout layout, bool with) => new(
            name,
            [
                .. BufferSurvey.Sizes.Select(size => (
                    (double)size,
                    Math.Max(survey.Of(layout, with, size).Of(costs) / 1000, Least))),
            ]);

        return new LogLogPlot(
            "Cost of a mapping, map and unmap",
            "bytes",
            "us",
            size => $"{size / 1024}K").Render(
            [
                Line("IOMMU, list of pages", BufferLayout.Scattered, with: false),
                Line("IOMMU, in one piece", BufferLayout.Contiguous, with: false),
                Line("buffers that stay mapped", BufferLayout.Scattered, with: true),
            ],
            [
                .. Enum.GetValues<BufferLayout>()
                    .Select(layout => survey.CrossoverOf(layout, costs) is { } size
                        ? ((double)size, layout == BufferLayout.Scattered ? "list" : "one piece")
                        : ((double, string)?)null)
                    .Where(mark => mark is not null)
                    .Select(mark => mark!.Value),
            ]);
    }
}
