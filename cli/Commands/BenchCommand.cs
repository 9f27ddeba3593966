// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Generators;
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bench: what comparing costs, as ratios of one run.</summary>
internal static class BenchCommand
{
    private const int Rounds = 7;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var kernels = new KernelOptions();
        var command = new Command(
            "bench",
            "Measure the kernel's C alone, the port alone, and both in lock-step.")
        {
            BenchBuildCommand.Create(),
            BenchBisectCommand.Create(),
            BenchIsolationCommand.Create(),
            BenchPortCommand.Create(),
            BenchPoliciesCommand.Create(),
            BenchBouncePoolCommand.Create(),
        };
        var part = new PartOption();
        kernels.AddTo(command);
        part.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            part.Choice(parsed) is { Count: 1 } chosen ? chosen[0] : GeneratedPart.Swiotlb,
            kernels.Choice(parsed),
            cancel)));
        return command;
    }

    private static int Run(GeneratedPart part, KernelChoice choice, CancellationToken cancel)
    {
        using var workbench = new Workbench(new Progress());
        BenchWorkload workload =
            part == GeneratedPart.Iova ? BenchWorkload.Iova : BenchWorkload.Swiotlb;
        Console.Out.WriteLine($"{workload.What}; median of {Rounds} rounds");
        foreach (BuiltKernel kernel in workbench.Build(choice, cancel))
        {
            Measure(kernel, workload, cancel);
        }

        return ExitCode.Clean;
    }

    private static void Measure(
        BuiltKernel kernel, BenchWorkload workload, CancellationToken cancel)
    {
        AbiOp[] ops = workload.Ops;
        using var native = new NativeEngine(kernel.Build);
        using PortEngine? port =
            kernel.Fit.Profile is { } profile
                ? new PortEngine(profile, kernel.Fit.Iova, kernel.Fit.Iommu)
                : null;
        var left = new AbiResult[ops.Length];
        var right = new AbiResult[ops.Length];
        var alone = new List<double>();
        var portAlone = new List<double>();
        var lockStep = new List<double>();
        for (int i = 0; i < Rounds; i++)
        {
            cancel.ThrowIfCancellationRequested();
            workload.Boot(native, AbiMachineFlag.Unobserved);
            alone.Add(TimeWarm(ops, () => native.Run(ops, left)));
            if (port is not null)
            {
                workload.Boot(port, AbiMachineFlag.Unobserved);
                portAlone.Add(TimeWarm(ops, () => port.Run(ops, right)));

                workload.Boot(native, AbiMachineFlag.None);
                workload.Boot(port, AbiMachineFlag.None);
                lockStep.Add(TimeWarm(ops, () => Compare(kernel.Fit, native, port, ops, left, right)));
            }
        }

        double unit = Median(alone);
        Console.Out.WriteLine();
        Write($"{kernel.Tree.Name}, C alone", unit, unit);
        if (port is null)
        {
            Console.Out.WriteLine("  " + kernel.Fit.Describe().First());
            return;
        }

        Write("port alone", Median(portAlone), unit);
        Write("lock-step, all compared", Median(lockStep), unit);
    }

    private static void Compare(
        ProfileFit fit,
        NativeEngine native,
        PortEngine port,
        AbiOp[] ops,
        AbiResult[] left,
        AbiResult[] right)
    {
        Parallel.Invoke(() => native.Run(ops, left), () => port.Run(ops, right));
        if (!Bytes(left).SequenceEqual(Bytes(right)) && fit.IsExact)
        {
            throw new MachineException("the port and the C differ on the benchmark's trace");
        }
    }

    private static ReadOnlySpan<byte> Bytes(AbiResult[] results) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(results.AsSpan());

    // The second run of two on a machine: the first also pays the host for every page of the
    // pool that it is the first to touch.
    private static double TimeWarm(AbiOp[] ops, Action action)
    {
        action();
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / ops.Length;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(Rounds / 2);

    private static void Write(string what, double nanoseconds, double unit) =>
        Console.Out.WriteLine(
            $"  {what,-28} {nanoseconds,7:F0} ns an operation  {nanoseconds / unit,5:F2} x  "
            + $"{1e9 / nanoseconds,12:N0} a second");
}
