// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff kernels: what there is to run on.</summary>
internal static class KernelsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "kernels", "List the kernels that have names, and where they stand.");
        command.SetAction((_, cancel) => Task.FromResult(Run(cancel)));
        return command;
    }

    private static int Run(CancellationToken cancel)
    {
        using var workbench = new Workbench(new Progress());
        Console.Out.WriteLine($"{"name",-12} {"package",-18} {"installed",-20} imported");
        foreach (KernelStatus status in workbench.List(cancel))
        {
            string imported = status.Imported is { } revision
                ? $"{revision.CommitId[..12]} ({revision.KernelVersion})"
                : "-";
            Console.Out.WriteLine(
                $"{status.Package.Name,-12} {status.Package.Package,-18} "
                + $"{status.InstalledVersion ?? "-",-20} {imported}");
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine($"kept in {CacheDirectory.ForUser().Root}");
        return ExitCode.Clean;
    }
}
