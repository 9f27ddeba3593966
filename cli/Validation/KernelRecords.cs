// SPDX-License-Identifier: GPL-2.0-only
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
        KernelRecord? plain = null;
        var switched = new List<(AddedSwitch, KernelRecord)>();
        foreach (var own in Enumerable.Range(0, exercises.Count)
            .Where(i => exercises[i].IsFor(stage))
            .GroupBy(i => exercises[i].Switch is { Kind: SwitchKind.Kconfig } s ? s : null))
        {
            int[] indexes = [.. own];
            if (kernels.Find(stage, own.Key).Build is not { } build)
            {
                continue;
            }

            KernelRecord record = Take(stage, own.Key, build.Key, indexes, cancel);
            for (int i = 0; i < indexes.Length; i++)
            {
                traces[indexes[i]] = record.Traces[i];
            }

            if (own.Key is { } with)
            {
                switched.Add((with, record));
            }
            else
            {
                plain = record;
            }
        }

        progress.Clear();
        return new StageRecord(plain! with { Traces = traces }, switched);
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

    // Each worker has a machine of its own, and takes every so many-th sequence: which one runs
    // a sequence makes no difference to it.
    private KernelRecord Run(int stage, AddedSwitch? with, int[] own, CancellationToken cancel)
    {
        var records = new TraceRecord?[own.Length];
        int workers = Math.Max(2, Environment.ProcessorCount);
        var counters = new IReadOnlyList<ulong>[workers];
        string name = kernels.Stages[stage].Tree.Name + (with is null ? "" : $" with {with}");
        _done = 0;
        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancel },
            worker =>
            {
                using IEngine engine = kernels.Load(stage, with);
                var examiner = new Examiner(engine);
                for (int i = worker; i < own.Length; i += workers)
                {
                    cancel.ThrowIfCancellationRequested();
                    records[i] = examiner.Examine(exercises[own[i]].Lowered);
                    int done = Interlocked.Increment(ref _done);
                    progress.ShowOften(
                        () => $"running {name}: {done} of {own.Length} sequences");
                }

                counters[worker] = examiner.Counters;
            });
        return new KernelRecord(
            records,
            [
                .. Enumerable.Range(0, counters.Max(c => c.Count)).Select(
                    i => counters.Where(c => c.Count > 0).Aggregate(0ul, (n, c) => n + c[i])),
            ]);
    }
}
