// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.Cli.Scaling;

namespace Dmadiff.Cli.Output;

/// <summary>Prints figures of many runs as tables: a row a contender, a column a number of
/// CPUs.</summary>
/// <param name="output">Where to.</param>
/// <param name="cpus">The columns.</param>
internal sealed class ScalingTables(TextWriter output, IReadOnlyList<int> cpus)
{
    private const int NameWidth = 22;
    private const int CellWidth = 7;

    /// <summary>Prints the tables of a workload.</summary>
    /// <param name="workload">Which.</param>
    /// <param name="figures">What was measured.</param>
    public void Write(Workload workload, Func<Contender, int, ScalingFigures> figures)
    {
        string who = workload == Workload.SameCpu ? "the CPU that mapped" : "another CPU";
        void Table(string what, Func<ScalingFigures, string> figure)
        {
            output.WriteLine();
            output.WriteLine($"{what}; {who} unmaps");
            output.WriteLine(Row("CPUs", cpus.Select(n => n.ToString())));
            foreach (Contender contender in Contender.All)
            {
                output.WriteLine(Row(
                    contender.Name,
                    cpus.Select(n => figure(figures(contender, n)))));
            }
        }

        Table("locks taken per mapping", f => Cell(f.Locks));
        Table("of these, held by another CPU", f => Cell(f.Contended));
        Table("cache lines moved per mapping", f => Cell(f.Transfers));
        Table("IOTLB flushes per 1,000 mappings", f => Cell(f.Flushes * 1000));
        Table("most ranges unmapped and not flushed", f => f.MostUnflushed.ToString());
        if (Contender.All.Any(c => cpus.Any(n => figures(c, n).Refused > 0)))
        {
            Table("mappings refused, of 1,000", f => Cell(f.Refused * 1000));
        }
    }

    private static string Row(string name, IEnumerable<string> cells) =>
        name.PadRight(NameWidth)
        + string.Concat(cells.Select(cell => cell.PadLeft(CellWidth)));

    /// <summary>Three digits that count.</summary>
    private static string Cell(double value) => value switch
    {
        0 => "0",
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("F2", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("F3", CultureInfo.InvariantCulture),
        _ => "<0.001",
    };
}
