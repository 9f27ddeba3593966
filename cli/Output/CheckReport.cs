// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Output;

/// <summary>What of a kernel can be compiled: a table of units and configurations.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="configurations">What each check was of.</param>
internal sealed class CheckReport(
    TextWriter output, IReadOnlyList<KernelConfiguration> configurations)
{
    private const int Width = 73;
    private const int ColumnWidth = 3;

    // More would not fit on a line of a mail: the table goes on below.
    private const int MostColumns = 13;

    /// <summary>Writes what came of one kernel.</summary>
    public void Write(CheckedKernel kernel)
    {
        string version = KernelLandmark.VersionOf(kernel.Tree);
        output.WriteLine(
            $"{kernel.Tree.Name} ({(version.Length > 0 ? version : "no version")})");
        WriteTable(kernel);
        WriteErrors(kernel.Checks);
        KernelCheck first = kernel.Checks[0];
        WriteList("has", first.Features.Select(f => f.Replace("DMD_HAVE_", string.Empty)));
        WriteMissing(kernel.Checks);
        if (first.Build is { } build)
        {
            output.WriteLine(
                "  " + string.Join("\n  ", ProfileFit.For(build.Features).Describe()));
        }

        output.WriteLine();
    }

    private void WriteTable(CheckedKernel kernel)
    {
        if (configurations.Count > 1)
        {
            WriteList("configurations", configurations.Select((c, i) => $"{i + 1}:{c.Name}"));
        }

        // What is compiled may differ: a row is for a unit that any of them has.
        IReadOnlyDictionary<string, UnitCheck>[] units =
        [
            .. kernel.Checks.Select(c => c.Units.ToDictionary(u => u.Unit, StringComparer.Ordinal)),
        ];
        string[] rows = [.. kernel.UnitOrder.Where(u => units.Any(c => c.ContainsKey(u)))];
        output.WriteLine("  + compiles, - does not, . is not part of the configuration");
        foreach (int[] columns in Enumerable.Range(0, configurations.Count).Chunk(MostColumns))
        {
            WriteRow("unit", columns.Select(c => $"{c + 1}"));
            foreach (string row in rows)
            {
                WriteRow(row, columns.Select(c => Mark(units[c].GetValueOrDefault(row))));
            }

            WriteRow(
                "all of it, linked",
                columns.Select(c => kernel.Checks[c].Build is null ? "-" : "+"));
        }
    }

    private void WriteRow(string name, IEnumerable<string> cells)
    {
        const int nameWidth = 34;
        output.WriteLine(
            $"  {name,-nameWidth}{string.Concat(cells.Select(c => $"{c,ColumnWidth}"))}");
    }

    private static string Mark(UnitCheck? unit) => unit switch
    {
        null => ".",
        { Error: null } => "+",
        _ => "-",
    };

    // A header that is missing stops many units: each complaint is told once.
    private void WriteErrors(IReadOnlyList<KernelCheck> checks)
    {
        var errors = checks.Index().SelectMany(c => c.Item.Units
            .Where(u => u.Error is not null)
            .Select(u => (Error: u.Error!, u.Unit, Name: configurations[c.Index].Name)));
        foreach (var group in errors.GroupBy(e => e.Error))
        {
            WriteList(
                string.Join(", ", group.Select(e => e.Name).Distinct()) + " does not build",
                group.Select(e => e.Unit).Distinct());
            output.WriteLine("    " + group.Key);
        }

        foreach ((int index, KernelCheck check) in checks.Index())
        {
            foreach (LeftOutPart leftOut in check.Build?.LeftOut ?? [])
            {
                output.WriteLine(
                    $"  {configurations[index].Name} is built without {EngineWords.Of(leftOut.Part)}");
            }

            if (check.LinkError is { } error)
            {
                output.WriteLine($"  {configurations[index].Name} does not link:");
                output.WriteLine("    " + error);
            }
        }
    }

    private void WriteMissing(IReadOnlyList<KernelCheck> checks)
    {
        const string title = "missing services, a crash if called";
        string[] everywhere = checks[0].Build is { } first ? [.. first.MissingServices] : [];
        if (checks[0].Build is not null)
        {
            WriteList(title, everywhere);
        }

        foreach ((int index, KernelCheck check) in checks.Index().Skip(1))
        {
            string[] more = check.Build is { } build
                ? [.. build.MissingServices.Except(everywhere, StringComparer.Ordinal)]
                : [];
            if (more.Length > 0)
            {
                WriteList($"with {configurations[index].Name} also", more);
            }
        }
    }

    private void WriteList(string title, IEnumerable<string> words)
    {
        const string indent = "    ";
        output.WriteLine($"  {title}:");
        string line = string.Empty;
        foreach (string word in words)
        {
            if (line.Length > 0 && indent.Length + line.Length + 1 + word.Length > Width)
            {
                output.WriteLine(indent + line);
                line = string.Empty;
            }

            line += line.Length > 0 ? " " + word : word;
        }

        output.WriteLine(indent + (line.Length > 0 ? line : "none"));
    }
}
