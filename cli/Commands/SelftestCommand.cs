// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Output;
using Dmadiff.Cli.Selftest;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff selftest: does it find mistakes?</summary>
internal static class SelftestCommand
{
    private const int DefaultMutants = 100;
    private const long DefaultOperations = 200_000;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var kernels = new KernelOptions { DefaultNames = ["debian/6.12"] };
        var file = new Option<string[]>("--file")
        {
            Description = "A file to put mistakes into: "
                + string.Join(", ", FileUnderTest.All.Select(f => f.Name))
                + ". May be given several times; without it, all of them.",
            HelpName = "FILE",
        };
        file.AcceptOnlyFromAmong([.. FileUnderTest.All.Select(f => f.Name)]);
        var mutants = new Option<int>("--mutants")
        {
            Description = "Mistakes that are tried of each file, drawn from all there are.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultMutants,
        };
        mutants.RequireAtLeast(1);
        var nightly = new Option<bool>("--nightly")
        {
            Description = "Try all of them.",
        };
        var operations = new Option<long>("--ops")
        {
            Description = "Operations that a mistake has to show within.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultOperations,
        };
        operations.RequireAtLeast(1);
        var jobs = new Option<int>("--jobs")
        {
            Description = "Mistakes that are tried at a time.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        jobs.RequireAtLeast(1);
        var function = new Option<string?>("--function")
        {
            Description = "Only mistakes in this function.",
            HelpName = "NAME",
        };
        var canary = new Option<bool>("--canary")
        {
            Description =
                "Only plant one known bug, which has to be found, and run some sequences twice, "
                + "which has to give the same.",
        };
        var command = new Command(
            "selftest", "Put mistakes into a kernel, one at a time, and see whether they are found.")
        {
            file, function, mutants, nightly, operations, jobs, canary,
        };
        kernels.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(nightly) && result.GetResult(mutants) is { Implicit: false })
            {
                result.AddError("--nightly and --mutants exclude each other");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(parsed.GetValue(canary)
            ? CanaryRun.Run(kernels.Choice(parsed), parsed.GetValue(operations), cancel)
            : Run(
            kernels.Choice(parsed),
            [
                .. FileUnderTest.All.Where(f =>
                    parsed.GetValue(file) is not { Length: > 0 } asked || asked.Contains(f.Name)),
            ],
            new MutantAmount(
                parsed.GetValue(nightly) ? int.MaxValue : parsed.GetValue(mutants),
                parsed.GetValue(operations),
                parsed.GetValue(jobs),
                parsed.GetValue(function)),
            cancel)));
        return command;
    }

    private static int Run(
        KernelChoice kernels, IReadOnlyList<FileUnderTest> files, MutantAmount amount,
        CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress);
        bool allFound = true;
        foreach (ISourceTree tree in workbench.Find(kernels, cancel))
        {
            foreach (FileUnderTest file in files)
            {
                using var trials = new MutantTrials(tree, file, amount, progress, cancel);
                IReadOnlyList<MutantOutcome> outcomes = trials.Run(cancel);
                progress.Clear();
                Console.Out.WriteLine(SelftestReport.Render(
                    $"{tree.Name} {file.Path}: {outcomes.Count:N0} of {trials.All:N0} mutants, "
                    + $"{amount.Operations:N0} operations",
                    outcomes));
                allFound &= outcomes.All(o => !o.Counts || o.Fate == MutantFate.Found);
            }
        }

        return allFound ? ExitCode.Clean : ExitCode.Findings;
    }

    private static string EquivalentsFile =>
        Path.Combine(AppContext.BaseDirectory, "mutants", "equivalent.txt");
}
