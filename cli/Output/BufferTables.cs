// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.Cli.Buffers;

namespace Dmadiff.Cli.Output;

/// <summary>Prints what buffers that stay mapped save.</summary>
/// <param name="output">Where to.</param>
/// <param name="survey">What was counted.</param>
/// <param name="costs">The prices.</param>
internal sealed class BufferTables(TextWriter output, BufferSurvey survey, BufferCosts costs)
{
    private static readonly ulong[] PostedSizes = [4 << 10, 16 << 10, 64 << 10, 128 << 10];
    private static readonly string[] PostedUnmap = ["-97 %", "-94 %", "-90 %", "-87 %"];
    private static readonly double[] Operations = [50, 100, 150, 200, 250, 300, 500, 1000, 5500];

    /// <summary>The price of an IOMMU operation in each row of the crossover table, and of those
    /// the one that was asked for.</summary>
    private IEnumerable<double> Rows =>
        Operations.Append(costs.Operation).Distinct().Order();

    /// <summary>Prints the tables.</summary>
    public void Write()
    {
        output.WriteLine(Invariant(
            $"IOMMU operation {costs.Operation} ns, page in it {costs.Page} ns, copied byte {costs.Byte} ns;"));
        output.WriteLine(
            $"{BufferRun.Depth} mappings at a time, for the device to write, after warm-up");
        WritePhase("map", f => f.Map, [.. PostedSizes.Select(_ => "> -99 %")]);
        WritePhase("unmap", f => f.Unmap, PostedUnmap);
        WriteCrossovers();
    }

    private void WritePhase(
        string name, Func<BufferFigures, BufferEffort> phase, string[] posted)
    {
        output.WriteLine();
        output.WriteLine($"{name} of a list of single pages");
        output.WriteLine("          without buffers         with buffers");
        output.WriteLine("  size    ops pages      us       ops  copied      us    saved   posted");
        for (int i = 0; i < PostedSizes.Length; i++)
        {
            BufferEffort without =
                phase(survey.Of(BufferLayout.Scattered, false, PostedSizes[i]));
            BufferEffort with = phase(survey.Of(BufferLayout.Scattered, true, PostedSizes[i]));
            double saved = costs.Of(without) == 0 ? 0 : (costs.Of(with) / costs.Of(without)) - 1;
            output.WriteLine(
                Left(SizeOf(PostedSizes[i]), 6) + Number(without.Operations, 7)
                + Number(without.Pages, 6) + Microseconds(costs.Of(without), 8)
                + Number(with.Operations, 10) + Number(with.Bytes, 8)
                + Microseconds(costs.Of(with), 8)
                + Left(Invariant($"{100 * saved:F1} %"), 9) + Left(posted[i], 9));
        }
    }

    private void WriteCrossovers()
    {
        output.WriteLine();
        output.WriteLine("size from which on buffers cost more than they save, map and unmap");
        output.WriteLine("operation ns   list of pages   in one piece");
        foreach (double operation in Rows)
        {
            BufferCosts priced = costs.With(operation);
            output.WriteLine(
                Number(operation, 12)
                + Left(Crossover(BufferLayout.Scattered, priced), 16)
                + Left(Crossover(BufferLayout.Contiguous, priced), 15));
        }
    }

    private string Crossover(BufferLayout layout, BufferCosts priced) =>
        survey.CrossoverOf(layout, priced) is { } size
            ? SizeOf(size)
            : $"> {SizeOf(BufferSurvey.Sizes[^1])}";

    private static string SizeOf(ulong bytes) => $"{bytes >> 10}K";

    private static string Left(string text, int width) => text.PadLeft(width);

    private static string Number(double value, int width) =>
        Left(value.ToString("0.##", CultureInfo.InvariantCulture), width);

    private static string Microseconds(double nanoseconds, int width) =>
        Left((nanoseconds / 1000).ToString("F2", CultureInfo.InvariantCulture), width);

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
