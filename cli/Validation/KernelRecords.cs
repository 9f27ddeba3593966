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

    /// <summary>Records of all kernels that build, by the number of the patch.</summary>
    /// <exception cref="OperationCanceledException">What was finished is kept.</exception>
    public IReadOnlyList<KernelRecord?> Take(CancellationToken cancel)
    {
        var records = new KernelRecord?[kernels.Stages.Count];
        for (int stage = 0; stage < records.Length; stage++)
        {
            records[stage] = kernels.Stages[stage].Build is { } build
                ? Take(stage, build.Key, cancel)
                : null;
        }

        progress.Clear();
        return records;
    }

    private KernelRecord Take(int stage, string build, CancellationToken cancel)
    {
        int[] own = [.. Enumerable.Range(0, exercises.Count).Where(i => exercises[i].IsFor(stage))];
        using var hash = new ContentHash();
        string key = hash.Add(build).Add(Tool.BuildId)
            .AddAll([.. own.Select(i => _hashes[i])]).Finish();
        string entry = "verdicts/" + key;
        cache.Ensure(
            entry,
            folder => Run(stage, own, cancel)
                .Write(Path.Combine(folder, FileName)),
            cancel);
        var all = new TraceRecord?[exercises.Count];
        KernelRecord kept = KernelRecord.Read(cache.PathOf(entry, FileName));
        for (int i = 0; i < own.Length; i++)
        {
            all[own[i]] = kept.Traces[i];
        }

        return kept with { Traces = all };
    }

    // Each worker has a machine of its own, and takes every so many-th sequence: which one runs
    // a sequence makes no difference to it.
    private KernelRecord Run(int stage, int[] own, CancellationToken cancel)
    {
        var records = new TraceRecord?[own.Length];
        int workers = Math.Max(2, Environment.ProcessorCount);
        var counters = new IReadOnlyList<ulong>[workers];
        _done = 0;
        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancel },
            worker =>
            {
                using IEngine engine = kernels.Load(stage);
                var examiner = new Examiner(engine);
                for (int i = worker; i < own.Length; i += workers)
                {
                    cancel.ThrowIfCancellationRequested();
                    records[i] = examiner.Examine(exercises[own[i]].Lowered);
                    int done = Interlocked.Increment(ref _done);
                    progress.ShowOften(() =>
                        $"running {kernels.Stages[stage].Tree.Name}: {done} of {own.Length} "
                        + "sequences");
                }

                counters[worker] = examiner.Counters;
            });
        int length = counters.Max(c => c.Count);
        return new KernelRecord(
            records,
            [
                .. Enumerable.Range(0, length).Select(
                    i => counters.Where(c => c.Count > 0).Aggregate(0ul, (n, c) => n + c[i])),
            ]);
    }
}
