// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Dmadiff.Cli.Output;
using Dmadiff.Cli.Scaling;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bench policies: IOVA allocators and flush policies on many modelled CPUs.
/// </summary>
internal static class BenchPoliciesCommand
{
    private const int MostCpus = 4096;
    private const int MostColumns = 7;
    private static readonly int[] Usual = [1, 4, 16, 64, 256];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var cpus = new Option<int[]>("--cpus")
        {
            Description = $"How many CPUs, 1 to {MostCpus}: up to {MostColumns} numbers.",
            HelpName = "N,N...",
            DefaultValueFactory = _ => Usual,
            CustomParser = Parse,
        };
        var warm = new Option<int>("--warm")
        {
            Description = "Mappings of each CPU before any is counted, of what keeps something "
                + "for each CPU.",
            HelpName = "N",
            DefaultValueFactory = _ => ScalingRun.UsualWarmUp,
        };
        warm.RequireAtLeast(0);
        var seed = new SeedOption();
        var command = new Command(
            "policies",
            "Count locks, cache lines and flushes of IOVA allocators and flush policies, on "
            + "modelled machines.")
        {
            cpus, warm,
        };
        seed.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            parsed.GetValue(cpus)!, seed.Value(parsed), parsed.GetValue(warm), cancel)));
        return command;
    }

    private static int Run(int[] cpus, ulong seed, int warmUp, CancellationToken cancel)
    {
        var progress = new Progress();
        var tables = new ScalingTables(Console.Out, cpus);
        Console.Out.WriteLine($"seed {seed}; a mapping is a map and its unmap");
        foreach (Workload workload in Enum.GetValues<Workload>())
        {
            var figures = Measure(
                cpus,
                (contender, n) => new ScalingRun(contender, workload, n, seed, warmUp),
                progress,
                cancel);
            progress.Clear();
            tables.Write(workload, (contender, n) => figures[(contender, n)]);
        }

        return ExitCode.Clean;
    }

    private static Dictionary<(Contender Contender, int Cpus), ScalingFigures> Measure(
        int[] cpus,
        Func<Contender, int, ScalingRun> create,
        Progress progress,
        CancellationToken cancel)
    {
        // The longest first, so that no CPU of this machine is left with one at the end.
        var cells = Contender.All.SelectMany(c => cpus.Distinct().Select(n => (c, n)))
            .OrderByDescending(cell => cell.n).ToList();
        var figures = new Dictionary<(Contender, int), ScalingFigures>();
        var options = new ParallelOptions
        {
            CancellationToken = cancel,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        Parallel.ForEach(cells, options, cell =>
        {
            progress.Show($"{figures.Count} of {cells.Count}: {cell.c.Name}, {cell.n} CPUs");
            using ScalingRun run = create(cell.c, cell.n);
            ScalingFigures measured = run.Run();
            lock (figures)
            {
                figures.Add(cell, measured);
            }
        });
        return figures;
    }

    private static int[] Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string[] numbers = text.Split(',');
        int[] parsed = [.. numbers.Select(n => int.TryParse(
            n, NumberStyles.None, CultureInfo.InvariantCulture, out int cpus) ? cpus : 0)];
        if (parsed.Length > MostColumns || parsed.Any(n => n is < 1 or > MostCpus))
        {
            result.AddError(
                $"--cpus {text}: takes up to {MostColumns} numbers of 1 to {MostCpus}, with "
                + "commas between them");
        }

        return parsed;
    }
}
