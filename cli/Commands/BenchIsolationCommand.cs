// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bench isolation: what a process of its own, and sanitizers, cost.</summary>
internal static class BenchIsolationCommand
{
    private const ulong Seed = 1;
    private const int Sequences = 60;
    private const int Rounds = 7;

    private static readonly (string Name, Isolation How)[] Ways =
    [
        ("in this process", Isolation.None),
        ("in a process of its own", Isolation.None with { Isolated = true }),
        ("with sanitizers", Isolation.None with { Sanitized = true }),
    ];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var kernels = new KernelOptions();
        var command = new Command(
            "isolation",
            "Measure the same sequences in this process, in another, and with sanitizers.");
        kernels.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(kernels.Choice(parsed), cancel)));
        return command;
    }

    private static int Run(KernelChoice choice, CancellationToken cancel)
    {
        var generator = new SequenceGenerator(Seed);
        LoweredTrace[] traces =
        [
            .. Enumerable.Range(0, Sequences)
                .Select(i => TraceLowering.Lower(generator.Generate((ulong)i)))
                .Where(t => t.Setup.Configuration.IsDefault),
        ];
        int operations = traces.Sum(t => t.Ops.Length);
        Console.Out.WriteLine(
            $"{Summary.Count(traces.Length, "sequence")} of seed {Seed}, "
            + $"{Summary.Count(operations, "operation")}, with boots; median of {Rounds} rounds");
        var times = new Dictionary<(int Kernel, int Way), List<double>>();
        var names = new List<string>();

        // Each way has builds of its own; all of them take turns, as a machine's speed drifts.
        Workbench[] benches = [.. Ways.Select(w => new Workbench(new Progress(), w.How))];
        IReadOnlyList<BuiltKernel>[] kernels = [.. benches.Select(b => b.Build(choice, cancel))];
        names.AddRange(kernels[0].Select(k => k.Tree.Name));
        for (int kernel = 0; kernel < names.Count; kernel++)
        {
            IEngine[] engines =
                [.. benches.Select((b, way) => b.Load(kernels[way][kernel], cancel))];
            for (int round = 0; round < Rounds; round++)
            {
                for (int way = 0; way < engines.Length; way++)
                {
                    cancel.ThrowIfCancellationRequested();
                    times.TryAdd((kernel, way), []);
                    times[(kernel, way)].Add(Time(engines[way], traces) / operations);
                }
            }

            Array.ForEach(engines, e => e.Dispose());
            Write(names[kernel], [.. Ways.Select((_, way) => Median(times[(kernel, way)]))]);
        }

        Array.ForEach(benches, b => b.Dispose());
        return ExitCode.Clean;
    }

    private static double Time(IEngine engine, LoweredTrace[] traces)
    {
        var run = new EngineRun(engine);
        long start = Stopwatch.GetTimestamp();
        foreach (LoweredTrace trace in traces)
        {
            run.Execute(trace);
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static void Write(string kernel, double[] medians)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine(kernel);
        foreach (((string name, _), double median) in Ways.Zip(medians))
        {
            Console.Out.WriteLine(
                $"  {name,-28} {median,7:F0} ns an operation  {median / medians[0],5:F2} x");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(Rounds / 2);
}
