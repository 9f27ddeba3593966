// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Concurrent;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Validation;

/// <summary>Has kernels of a series run the exercises, each distinct build once: what a build
/// did is kept, and found again when only a later patch has changed.</summary>
/// <param name="kernels">The kernels.</param>
/// <param name="exercises">What they are given.</param>
/// <param name="cache">Keeps the records.</param>
/// <param name="progress">Told of whatever takes time.</param>
internal sealed class KernelRecords(
    SeriesKernels kernels,
    IReadOnlyList<Exercise> exercises,
    CacheDirectory cache,
    Progress progress)
{
    private const string FileName = "record.txt";

    private readonly string[] _hashes =
        [.. exercises.Select(e => ContentHash.Of(TracePrinter.Print(e.Trace)))];

    // Some tens of KB each.
    private const int MostRemembered = 2000;

    private readonly KnownVerdicts?[] _verdicts =
        [.. exercises.Select((_, i) => i < MostRemembered ? new KnownVerdicts() : null)];

    private int _done;

    /// <summary>The record of a kernel; null when it does not build.</summary>
    /// <param name="stage">Its number.</param>
    /// <param name="cancel">Stops it; what was finished is kept.</param>
    public StageRecord? Take(int stage, CancellationToken cancel)
    {
        if (kernels.Stages[stage].Build is null)
        {
            return null;
        }

        var traces = new TraceRecord?[exercises.Count];
        var ways = new List<(Exercise, KernelRecord)>();
        foreach (IGrouping<(AddedSwitch?, KernelConfiguration, int), int> own in
            Enumerable.Range(0, exercises.Count)
                .Where(i => exercises[i].IsFor(stage))
                .GroupBy(i => (
                    exercises[i].Kconfig, exercises[i].Configuration, exercises[i].Patch)))
        {
            int[] indexes = [.. own];
            var (with, configuration, _) = own.Key;
            if (kernels.Find(stage, with, configuration).Build is not { } build)
            {
                continue;
            }

            KernelRecord record = Take(stage, with, build.Key, indexes, cancel);
            for (int i = 0; i < indexes.Length; i++)
            {
                traces[indexes[i]] = record.Traces[i];
            }

            ways.Add((exercises[indexes[0]], record));
        }

        progress.Clear();
        return new StageRecord(
            new KernelRecord(traces, [], ways.Sum(w => w.Item2.LeftOut)), ways);
    }

    private KernelRecord Take(
        int stage, AddedSwitch? with, string build, int[] own, CancellationToken cancel)
    {
        using var hash = new ContentHash();
        string key = hash.Add(build).Add(Tool.BuildId)
            .AddAll([.. own.Select(i => _hashes[i])]).Finish();
        string entry = "verdicts/" + key;
        cache.Ensure(
            entry,
            folder => Run(stage, with, own, cancel).Write(Path.Combine(folder, FileName)),
            cancel);
        return KernelRecord.Read(cache.PathOf(entry, FileName));
    }

    private KernelRecord Run(
        int stage, AddedSwitch? with, int[] own, CancellationToken cancel)
    {
        var records = new TraceRecord?[own.Length];
        var examiners = new ConcurrentBag<(IEngine Engine, Examiner Examiner)>();
        int leftOut = 0;
        _done = 0;
        TraceRecord? Examine(Examiner examiner, int index)
        {
            cancel.ThrowIfCancellationRequested();
            TraceRecord? record = examiner.Examine(exercises[index].Lowered, _verdicts[index]);
            int done = Interlocked.Increment(ref _done);
            progress.ShowOften(() =>
                $"running {kernels.Stages[stage].Tree.Name}: {done} of {own.Length} sequences");
            return record;
        }

        try
        {
            Parallel.For(
                0,
                SequenceStrips.Count,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount),
                    CancellationToken = cancel,
                },
                strip =>
                {
                    if (!examiners.TryTake(out (IEngine Engine, Examiner Examiner) worker))
                    {
                        IEngine engine = kernels.Load(stage, with);
                        worker = (engine, new Examiner(engine));
                    }

                    try
                    {
                        int left = SequenceStrips.Run(
                            strip, own.Length, i => records[i] = Examine(worker.Examiner, own[i]));
                        Interlocked.Add(ref leftOut, left);
                    }
                    finally
                    {
                        examiners.Add(worker);
                    }
                });
            return new KernelRecord(
                records, Sum([.. examiners.Select(e => e.Examiner.Counters)]), leftOut);
        }
        finally
        {
            foreach (var (engine, _) in examiners)
            {
                engine.Dispose();
            }
        }
    }

    private static IReadOnlyList<ulong> Sum(IReadOnlyList<IReadOnlyList<ulong>> counters) =>
    [
        .. Enumerable.Range(0, counters.Max(c => c.Count)).Select(
            i => counters.Where(c => c.Count > 0).Aggregate(0ul, (n, c) => n + c[i])),
    ];
}
