// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Mutations;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Selftest;

/// <summary>dmadiff selftest --canary.</summary>
internal static class CanaryRun
{
    /// <summary>Plants the bug in each kernel, and runs sequences twice.</summary>
    /// <param name="choice">The kernels.</param>
    /// <param name="operations">Operations that the bug has to show within.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>An exit status.</returns>
    public static int Run(KernelChoice choice, long operations, CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress);
        IReadOnlyList<BuiltKernel> kernels = workbench.Build(choice, cancel);
        bool isFine = true;
        foreach (ISourceTree tree in kernels.Select(k => k.Tree))
        {
            isFine &= Find(tree, operations, progress, cancel);
        }

        using Contest contest = workbench.Load(kernels, cancel);
        IReadOnlyList<string> differences = Canary.Replay(contest, progress, cancel);
        progress.Clear();
        foreach (string difference in differences)
        {
            Console.Out.WriteLine(difference);
        }

        Console.Out.WriteLine(
            $"{Summary.Count(Canary.ReplayedSequences, "sequence")} run twice on "
            + $"{Summary.Count(contest.Engines.Count, "machine")}: "
            + (differences.Count == 0
                ? "every byte the same"
                : Summary.Count(differences.Count, "difference")));
        return isFine && differences.Count == 0 ? ExitCode.Clean : ExitCode.Findings;
    }

    private static bool Find(
        ISourceTree tree, long operations, Progress progress, CancellationToken cancel)
    {
        Mutant bug = Canary.Bug(tree);
        using var trials = new MutantTrials(
            tree,
            FileUnderTest.All.First(f => f.Path == bug.File),
            new MutantAmount(1, operations, 1, null),
            progress,
            cancel);
        MutantOutcome outcome = trials.Try(bug, cancel);
        progress.Clear();

        // With nothing to compare with as well as with the kernel as it was.
        bool isFound = outcome.Fate == MutantFate.Found
            && outcome.Judges.HasFlag(FoundBy.Exact | FoundBy.Behaviour | FoundBy.Contract);
        Console.Out.WriteLine(
            $"{tree.Name} without the bounce at {bug.Function}:{bug.Line}: "
            + (isFound ? $"found\n  {outcome.Detail}" : "NOT FOUND by all judges"));
        return isFound;
    }
}
