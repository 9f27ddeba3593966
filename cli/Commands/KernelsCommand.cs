// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff kernels: what there is to run on.</summary>
internal static class KernelsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var available = new Option<bool>("--available")
        {
            Description = "List the kernels that the Debian mirror of this machine has.",
        };
        var check = new Option<string[]>("--check")
        {
            Description = "Find out what of a kernel can be compiled. May be given several times.",
            HelpName = "REV",
        };
        var kernels = new KernelOptions();
        var configuration = new ConfigurationOption(
            "With --check: one configuration, such as page_size=64K,dynamic. May be given "
            + "several times; each choice by itself if not given.");
        var command = new Command(
            "kernels", "List the kernels that have names, and where they stand.")
        {
            available, check,
        };
        kernels.AddTreesTo(command);
        configuration.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            ConfigurationSettings[] settings = [.. configuration.Each(parsed)];
            KernelConfiguration[] configurations = settings.Length > 0
                ? [.. settings.Select(s => s.Configuration).Distinct()]
                : [.. KernelConfiguration.EachAlone];
            string[] revisions = parsed.GetValue(check) ?? [];
            KernelChoice choice = kernels.Choice(parsed, revisions);
            using var workbench = new Workbench(new Progress());
            if (revisions.Length > 0 || choice.Tree is not null || choice.Source is not null)
            {
                return Task.FromResult(Check(workbench, choice, configurations, cancel));
            }

            return Task.FromResult(parsed.GetValue(available)
                ? ListAvailable(workbench, cancel)
                : ListNamed(workbench, cancel));
        });
        return command;
    }

    private static int ListNamed(Workbench workbench, CancellationToken cancel)
    {
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

    private static int ListAvailable(Workbench workbench, CancellationToken cancel)
    {
        foreach (ArchivedKernel kernel in workbench.ListArchive(cancel))
        {
            string series = kernel.Package["linux-source-".Length..];
            Console.Out.WriteLine($"{$"debian/{series}@{kernel.Version}",-36} {kernel.Suite}");
        }

        return ExitCode.Clean;
    }

    private static int Check(
        Workbench workbench,
        KernelChoice choice,
        IReadOnlyList<KernelConfiguration> configurations,
        CancellationToken cancel)
    {
        var report = new CheckReport(Console.Out, configurations);
        bool complete = true;
        foreach (CheckedKernel kernel in workbench.Check(choice, configurations, cancel))
        {
            report.Write(kernel);
            complete &= kernel.Checks.All(c => c.Build is { LeftOut.Count: 0 });
        }

        return complete ? ExitCode.Clean : ExitCode.Findings;
    }
}
