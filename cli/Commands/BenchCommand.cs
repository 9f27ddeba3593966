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
    private const int Operations = 200_000;
    private const int Rounds = 7;
    private const int BufferBytes = 1 << 20;
    private const int LargestMapping = 3000;
    private const int MappingsAtATime = 64;

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
            BenchPoliciesCommand.Create(),
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
        string what = part == GeneratedPart.Iova
            ? "alloc and free of IOVAs, 1 in 8 beside the caches, 1 CPU"
            : $"map and unmap, {LargestMapping / 2} bytes on average, 64 MiB pool, 1 CPU";
        AbiOp[] ops = part == GeneratedPart.Iova
            ? IovaWorkload.Make(Operations)
            : Workload();
        Console.Out.WriteLine($"{what}; median of {Rounds} rounds");
        foreach (BuiltKernel kernel in workbench.Build(choice, cancel))
        {
            Measure(kernel, ops, cancel);
        }

        return ExitCode.Clean;
    }

    private static void Measure(BuiltKernel kernel, AbiOp[] ops, CancellationToken cancel)
    {
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
            Boot(native, AbiMachineFlag.Unobserved);
            alone.Add(TimeWarm(() => native.Run(ops, left)));
            if (port is not null)
            {
                Boot(port, AbiMachineFlag.Unobserved);
                portAlone.Add(TimeWarm(() => port.Run(ops, right)));

                Boot(native, AbiMachineFlag.None);
                Boot(port, AbiMachineFlag.None);
                lockStep.Add(TimeWarm(() => Compare(kernel.Fit, native, port, ops, left, right)));
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

    private static void Boot(IEngine engine, AbiMachineFlag flags)
    {
        var setup = new Setup(
            new AbiMachine
            {
                MemoryBytes = 1UL << 30,
                Cpus = 1,
                Flags = AbiMachineFlag.AddressingLimit | flags,
            },
            "swiotlb=32768,force",
            [],
            [
                new AbiDevice
                {
                    DmaMask = uint.MaxValue,
                    SegBoundary = uint.MaxValue,
                    MaxSegmentBytes = 65536,
                },
            ],
            [new AbiBuffer { Base = 16 << 20, Bytes = BufferBytes }]);
        engine.Boot(setup, new AbiResult[setup.StepCount]);
    }

    private static AbiOp[] Workload()
    {
        const int step = 977;
        var ops = new AbiOp[Operations];
        for (int i = 0; i < ops.Length; i += 2)
        {
            uint mapping = (uint)(i / 2 % MappingsAtATime);
            ops[i] = new AbiOp
            {
                Kind = AbiOpKind.Map,
                Mapping = mapping,
                Offset = (ulong)((long)i * step % (BufferBytes - LargestMapping)),
                Size = (ulong)(1 + ((long)i * step % LargestMapping)),
                Direction = AbiDirection.Bidirectional,
            };
            ops[i + 1] = new AbiOp { Kind = AbiOpKind.Unmap, Mapping = mapping };
        }

        return ops;
    }

    // The second run of two on a machine: the first also pays the host for every page of the
    // pool that it is the first to touch.
    private static double TimeWarm(Action action)
    {
        action();
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Operations;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(Rounds / 2);

    private static void Write(string what, double nanoseconds, double unit) =>
        Console.Out.WriteLine(
            $"  {what,-28} {nanoseconds,7:F0} ns an operation  {nanoseconds / unit,5:F2} x  "
            + $"{1e9 / nanoseconds,12:N0} a second");
}
