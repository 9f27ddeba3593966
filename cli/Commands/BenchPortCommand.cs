// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.ManagedPort.Engine;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bench port: the port alone against the C alone, by subsystem.</summary>
internal static class BenchPortCommand
{
    private const int UsualRounds = 9;
    private const int RunsARound = 4;
    private const double Budget = 1.25;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var kernels = new KernelOptions();
        var command = new Command(
            "port",
            "Measure the port alone and the kernel's C alone on the same operations, one after "
            + "the other, for each subsystem: CPU time, median of several rounds.");
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each is measured; the median is shown.",
            DefaultValueFactory = _ => UsualRounds,
            HelpName = "N",
        };
        rounds.RequireAtLeast(1);
        command.Add(rounds);
        kernels.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(kernels.Choice(parsed), parsed.GetValue(rounds), cancel)));
        return command;
    }

    private static int Run(KernelChoice choice, int rounds, CancellationToken cancel)
    {
        using var workbench = new Workbench(new Progress());
        Console.Out.WriteLine(
            $"ns of CPU time an operation, median of {Summary.Count(rounds, "round")}; the port "
            + $"is to\ntake no more than {Budget} x the C's time");
        foreach (BuiltKernel kernel in workbench.Build(choice, cancel))
        {
            if (kernel.Fit.Profile is not { } profile)
            {
                Console.Out.WriteLine($"\n{kernel.Tree.Name}: {kernel.Fit.Describe().First()}");
                continue;
            }

            Console.Out.WriteLine($"\n{kernel.Tree.Name,-28} {"C",8} {"port",8}");
            foreach (BenchWorkload workload in BenchWorkload.All)
            {
                if (workload.Configuration.IsDefault || profile.HasDynamicPools)
                {
                    using IEngine native = workbench.Load(kernel, cancel);
                    using var port = new PortEngine(
                        profile, kernel.Fit.Iova, kernel.Fit.Iommu);
                    Measure(workload, native, port, rounds, cancel);
                }
            }
        }

        return ExitCode.Clean;
    }

    private static void Measure(
        BenchWorkload workload,
        IEngine native,
        PortEngine port,
        int rounds,
        CancellationToken cancel)
    {
        var results = new AbiResult[workload.Ops.Length];
        var alone = new List<double>();
        var ported = new List<double>();

        // What is compiled while it runs is compiled by then.
        Warm(workload, port, results);
        for (int i = 0; i < rounds; i++)
        {
            cancel.ThrowIfCancellationRequested();
            alone.Add(Warm(workload, native, results));
            ported.Add(Warm(workload, port, results));
        }

        double c = Median(alone);
        double ratio = Median(ported) / c;
        Console.Out.WriteLine(
            $"  {workload.Name,-26} {c,8:F0} {Median(ported),8:F0}  {ratio,5:F2} x"
            + (ratio > Budget ? "  above it" : string.Empty));
    }

    // Not the first run on a machine, which also pays the host for every page of the pool that
    // it is the first to touch. CPU time, as other processes may be running.
    private static double Warm(BenchWorkload workload, IEngine engine, AbiResult[] results)
    {
        workload.Boot(engine, AbiMachineFlag.Unobserved);
        engine.Run(workload.Ops, results);
        TimeSpan start = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < RunsARound; i++)
        {
            engine.Run(workload.Ops, results);
        }

        TimeSpan taken = Environment.CpuUsage.TotalTime - start;
        return taken.TotalNanoseconds / RunsARound / workload.Ops.Length;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
