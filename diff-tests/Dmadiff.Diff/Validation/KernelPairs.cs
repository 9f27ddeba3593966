// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>The kernels before a patch that the one after it is compared with, and how they
/// differ.</summary>
/// <param name="bench">Has the kernels.</param>
/// <param name="stage">Number of the patch.</param>
/// <param name="catalogue">What is known of the differences between two kernels.</param>
/// <param name="kept">Keeps what was made small.</param>
internal sealed class KernelPairs(
    IKernelBench bench,
    int stage,
    Func<int, int, IReadOnlyList<KnownDifference>> catalogue,
    ISmallTraces kept)
    : IDisposable
{
    private const int ShrinkRuns = 500;

    private readonly Dictionary<(int Against, string Kconfig), Pair> _pairs = [];

    /// <summary>The differences, by the number of the patch that they are seen against.
    /// </summary>
    public IReadOnlyList<PatchDifference> Groups =>
    [
        .. _pairs.OrderBy(p => p.Key.Against)
            .ThenBy(p => p.Key.Kconfig, StringComparer.Ordinal)
            .SelectMany(p => p.Value.Collector.Groups.Select(
                g => new PatchDifference(p.Key.Against, p.Value.With, g))),
    ];

    /// <summary>Takes a difference in.</summary>
    /// <param name="against">Number of the patch before.</param>
    /// <param name="exercise">A sequence on which the two kernels differ.</param>
    public void Add(int against, Exercise exercise)
    {
        var kconfig = exercise.Kconfig?.Name ?? string.Empty;
        if (!_pairs.TryGetValue((against, kconfig), out var pair))
        {
            pair = Open(against, exercise.Kconfig);
            _pairs.Add((against, kconfig), pair);
        }

        if (pair.Run.Compare(exercise.Lowered, 0) is { } divergence)
        {
            pair.Collector.Add(exercise.Trace, divergence);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pair in _pairs.Values)
        {
            pair.Run.Dispose();
        }
    }

    private Pair Open(int against, AddedSwitch? with)
    {
        var run = LockStep.FirstWithOthers(
            [bench.Engine(against, with), bench.Engine(stage, with)], new BehaviourJudge());
        return new Pair(
            run,
            with,
            new DifferenceCollector(
                trace => run.Compare(TraceLowering.Lower(trace), 0),
                (trace, divergence) => run.Inspect(TraceLowering.Lower(trace), 0, divergence),
                shrinkEach: 1,
                mostRuns: ShrinkRuns,
                catalogue: catalogue(against, stage))
            {
                Effect = ChangeEffect.Of,
                Keep = (trace, signature, shrink) => kept.Ensure(
                    [
                        bench.Identity(against, with, trace.Configuration),
                        bench.Identity(stage, with, trace.Configuration),
                        signature,
                        TracePrinter.Print(trace),
                    ],
                    shrink)!,
            });
    }

    private sealed record Pair(
        LockStep Run, AddedSwitch? With, DifferenceCollector Collector);
}
