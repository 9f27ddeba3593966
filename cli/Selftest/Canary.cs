// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Mutations;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Selftest;

/// <summary>A bug that is known and has to be found, and sequences that run twice: whether
/// what finds nothing else is in order.</summary>
internal static class Canary
{
    private const string File = "kernel/dma/swiotlb.c";
    private const int Sequences = 40;

    /// <summary>The bug: what a device wrote stays in the bounce buffer when a mapping
    /// ends.</summary>
    /// <exception cref="UserErrorException">The kernel has no such code.</exception>
    public static Mutant Bug(ISourceTree tree)
    {
        string text = Encoding.UTF8.GetString(tree.ReadFile(File)
            ?? throw new UserErrorException($"{tree.Name} has no {File}"));
        return MutantFinder.In(File, text).FirstOrDefault(m =>
                m.Kind == MutationKind.DroppedFlush
                && m.Function.Contains("unmap_single", StringComparison.Ordinal)
                && m.Before.Contains("swiotlb_bounce(", StringComparison.Ordinal))
            ?? throw new UserErrorException(
                $"{tree.Name}: no place in {File} where an unmap bounces");
    }

    /// <summary>Runs sequences of all parts twice on all engines.</summary>
    /// <param name="contest">The engines.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What differs, a line each.</returns>
    public static IReadOnlyList<string> Replay(
        Diff.Campaigns.Contest contest, Progress progress, CancellationToken cancel)
    {
        var differences = new List<string>();
        var generator = new SequenceGenerator(1) { Parts = Enum.GetValues<GeneratedPart>() };
        for (ulong i = 0; i < Sequences; i++)
        {
            cancel.ThrowIfCancellationRequested();
            progress.ShowOften(() => "running sequences twice");
            LoweredTrace trace = TraceLowering.Lower(generator.Generate(i));
            foreach (var engine in contest.Engines)
            {
                if (ReplayCheck.Difference(engine, trace) is { } difference)
                {
                    differences.Add(
                        $"{engine.Name} does sequence {i} of seed {generator.Seed} otherwise the "
                        + $"second time: {difference}");
                }
            }
        }

        return differences;
    }

    /// <summary>How many sequences are run twice.</summary>
    public static int ReplayedSequences => Sequences;
}
