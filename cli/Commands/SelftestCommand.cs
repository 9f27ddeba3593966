// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Dmadiff.Cli.Output;
using Dmadiff.Cli.Selftest;
using Dmadiff.Diff.Mutations;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;

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
        var command = new Command(
            "selftest", "Put mistakes into a kernel, one at a time, and see whether they are found.")
        {
            file, function, mutants, nightly, operations, jobs,
        };
        kernels.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(nightly) && result.GetResult(mutants) is { Implicit: false })
            {
                result.AddError("--nightly and --mutants exclude each other");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            kernels.Choice(parsed),
            [
                .. FileUnderTest.All.Where(f =>
                    parsed.GetValue(file) is not { Length: > 0 } asked || asked.Contains(f.Name)),
            ],
            new Amount(
                parsed.GetValue(nightly) ? int.MaxValue : parsed.GetValue(mutants),
                parsed.GetValue(operations),
                parsed.GetValue(jobs),
                parsed.GetValue(function)),
            cancel)));
        return command;
    }

    private static int Run(
        KernelChoice kernels, IReadOnlyList<FileUnderTest> files, Amount amount,
        CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress);
        var equivalents = EquivalentMutants.Parse(
            File.ReadAllText(EquivalentsFile), EquivalentsFile);
        bool allFound = true;
        foreach (ISourceTree tree in workbench.Find(kernels, cancel))
        {
            foreach (FileUnderTest file in files)
            {
                IReadOnlyList<MutantOutcome> outcomes = Try(
                    tree, file, amount, equivalents, progress, cancel, out int all);
                progress.Clear();
                Console.Out.WriteLine(SelftestReport.Render(
                    $"{tree.Name} {file.Path}: {outcomes.Count:N0} of {all:N0} mutants, "
                    + $"{amount.Operations:N0} operations",
                    outcomes));
                allFound &= outcomes.All(o => !o.Counts || o.Fate == MutantFate.Found);
            }
        }

        return allFound ? ExitCode.Clean : ExitCode.Findings;
    }

    private static string EquivalentsFile =>
        Path.Combine(AppContext.BaseDirectory, "mutants", "equivalent.txt");

    private static MutantOutcome[] Try(
        ISourceTree tree,
        FileUnderTest file,
        Amount amount,
        EquivalentMutants equivalents,
        Progress progress,
        CancellationToken cancel,
        out int all)
    {
        CacheDirectory cache = CacheDirectory.ForUser();
        var builder = new KernelBuilder(cache);
        string text = Encoding.UTF8.GetString(tree.ReadFile(file.Path)
            ?? throw new UserErrorException($"{tree.Name} has no {file.Path}"));
        Mutant[] mutants =
        [
            .. MutantFinder.In(file.Path, text)
                .Where(m => file.Has(m.Function)
                    && (amount.Function is null || m.Function == amount.Function)),
        ];
        all = mutants.Length;
        Mutant[] drawn =
        [
            .. mutants.OrderBy(DrawOf).Take(amount.Mutants).OrderBy(m => m.Start),
        ];
        progress.Show($"recording what {tree.Name} does");
        var covered = new KernelBuilder(cache, variant: BuildVariant.Covered);
        using var healthy = new NativeEngine(covered.Build(tree, cancel));
        SequenceSet sequences = SequenceSet.Record(healthy, file, amount.Operations, cancel);
        using UnitRebuilder rebuilder = builder.Rebuild(tree, file.Path, cancel);
        var trial = new MutantTrial(
            rebuilder, builder.BuildRunner(cancel), text, sequences, equivalents);
        var outcomes = new MutantOutcome[drawn.Length];
        int done = 0;
        Parallel.For(
            0,
            drawn.Length,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = amount.Jobs,
                CancellationToken = cancel,
            },
            i =>
            {
                outcomes[i] = trial.Try(drawn[i], i, cancel);
                int now = Interlocked.Increment(ref done);
                progress.ShowOften(() => $"{file.Name}: {now} of {drawn.Length} mutants");
            });
        return outcomes;
    }

    // As good as chance, and the same for a change wherever it is and whatever else there is.
    private static string DrawOf(Mutant mutant) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(mutant.Key)));

    /// <summary>How much is tried.</summary>
    /// <param name="Mutants">Mutants of a file.</param>
    /// <param name="Operations">Operations of a mutant.</param>
    /// <param name="Jobs">Mutants at a time.</param>
    /// <param name="Function">The only function that mistakes are put into; null for all.</param>
    private sealed record Amount(int Mutants, long Operations, int Jobs, string? Function);
}
