// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
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
        var command = new Command(
            "kernels", "List the kernels that have names, and where they stand.")
        {
            available, check,
        };
        kernels.AddTreesTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string[] revisions = parsed.GetValue(check) ?? [];
            KernelChoice choice = kernels.Choice(parsed, revisions);
            using var workbench = new Workbench(new Progress());
            if (revisions.Length > 0 || choice.Tree is not null || choice.Source is not null)
            {
                return Task.FromResult(Check(workbench, choice, cancel));
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
        Workbench workbench, KernelChoice choice, CancellationToken cancel)
    {
        bool complete = true;
        foreach ((ISourceTree tree, KernelCheck check) in workbench.Check(choice, cancel))
        {
            Write(tree, check);
            complete &= check.Build is not null;
        }

        return complete ? ExitCode.Clean : ExitCode.Findings;
    }

    private static void Write(ISourceTree tree, KernelCheck check)
    {
        string version = KernelLandmark.VersionOf(tree);
        Console.Out.WriteLine($"{tree.Name} ({(version.Length > 0 ? version : "no version")})");
        foreach (UnitCheck unit in check.Units.Where(IsShown))
        {
            Console.Out.WriteLine(
                $"  {unit.Unit,-44} {(unit.Error is null ? "builds" : "does not build")}");
            if (unit.Error is not null)
            {
                Console.Out.WriteLine("    " + unit.Error);
            }
        }

        if (check.LinkError is not null)
        {
            Console.Out.WriteLine("  " + check.LinkError);
        }

        WriteList("has", check.Features.Select(f => f.Replace("DMD_HAVE_", string.Empty)));
        if (check.Build is { } build)
        {
            WriteList("missing services, a crash if called", build.MissingServices);
            Console.Out.WriteLine(
                "  " + string.Join("\n  ", ProfileFit.For(build.Features).Describe()));
        }

        Console.Out.WriteLine();
    }

    /// <summary>The kernel's files, and of this project's those that fail.</summary>
    private static bool IsShown(UnitCheck unit) => unit.Error is not null
        || !unit.Unit.StartsWith("kernel-harness/", StringComparison.Ordinal);

    private static void WriteList(string title, IEnumerable<string> words)
    {
        const int width = 73;
        const string indent = "    ";
        Console.Out.WriteLine($"  {title}:");
        string line = string.Empty;
        foreach (string word in words)
        {
            if (line.Length > 0 && indent.Length + line.Length + 1 + word.Length > width)
            {
                Console.Out.WriteLine(indent + line);
                line = string.Empty;
            }

            line += line.Length > 0 ? " " + word : word;
        }

        Console.Out.WriteLine(indent + (line.Length > 0 ? line : "none"));
    }
}
