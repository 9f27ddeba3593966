// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Series;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.Cli.Validation;

/// <summary>Tests a series of patches, from its input to the report.</summary>
/// <param name="job">What was asked for.</param>
/// <param name="cancel">Stops it; what was finished is kept.</param>
internal sealed class ValidateRun(ValidateJob job, CancellationToken cancel)
{
    private readonly CacheDirectory _cache = CacheDirectory.ForUser();
    private readonly Progress _progress = new();

    /// <summary>Does it.</summary>
    /// <exception cref="UserErrorException">The series or the base is not as it should be.
    /// </exception>
    public FindingsReport Run()
    {
        _progress.Show($"reading {job.Series}");
        using var sources = new KernelSources(_cache, Console.Error);
        PatchSeries series = new SeriesLoader(sources, _cache).Load(
            new SeriesRequest(
                job.Series, job.Tree, job.Base, Console.OpenStandardInput(), job.IsPart),
            cancel);
        if (!series.Patches.Any(p => p.IsRelated))
        {
            _progress.Clear();
            return Unrelated(series);
        }

        IReadOnlyList<AddedSwitch> switches = Switches(series);
        using var kernels = new SeriesKernels(series, job, switches, _cache, _progress, cancel);
        int stages = kernels.Stages.Count;
        IReadOnlyList<Exercise> exercises = Workload.Make(
            TraceFolder.Own(), job.Seed, job.Operations, Attention.Of(series), switches)
            .Exercises;
        var taker = new KernelRecords(kernels, exercises, _cache, _progress);
        StageRecord?[] records =
            [.. Enumerable.Range(0, stages).Select(s => taker.Take(s, cancel))];
        var outcomes = new Dictionary<int, PatchOutcome>();
        var judge = new PatchJudge(exercises, [.. records.Select(r => r?.Record)], kernels)
        {
            Catalogue = (older, newer) => DifferenceCatalogue.For(
                kernels.Stages[older].Generation, kernels.Stages[newer].Generation),
        };
        for (int stage = 1; stage < stages; stage++)
        {
            if (records[stage] is not null)
            {
                _progress.Show($"judging patch {stage} of {series.Patches.Count}");
                outcomes.Add(stage, judge.Judge(stage, cancel));
            }
        }

        PatchReport[] reports =
        [
            .. new PatchReports(
                series,
                kernels,
                switches,
                records,
                outcomes,
                new PatchFindings(series, kernels, job.Findings),
                new Claims(series, kernels, exercises, taker, cancel),
                cancel).Make(),
        ];
        _progress.Clear();
        new CacheInventory(_cache).Prune(CacheInventory.DefaultLimitBytes, cancel);
        return new SeriesReport(series, reports)
        {
            Kernels = [.. kernels.Stages.Take(stages).Select(s => Job.Identity(s.Tree))],
            Notices = job.Sandboxed ? [] : [Unprotected],
            Sequences = exercises.Count,
            Operations = exercises.Sum(e => (long)e.Trace.Operations.Count),
        }.Make();
    }

    private const string Unprotected =
        "Without the sandbox (--no-sandbox) the series' code was compiled and run with your "
        + "rights: it could read your files, write them and use the network.";

    private static FindingsReport Unrelated(PatchSeries series) => new SeriesReport(
        series,
        [
            .. series.Patches.Select(p => new PatchReport(
                p.Number, p.Subject, "touches nothing that is built", [])),
        ])
    {
        Notices = ["No patch touches what is built here: nothing was tested."],
    }.Make();

    private IReadOnlyList<AddedSwitch> Switches(PatchSeries series)
    {
        var git = new GitHistory(series.Repository, firstParent: true);
        return
        [
            .. series.Patches
                .Where(p => p.CommitId is not null
                    && p.Files.Any(f => SwitchFinder.MayHold(f.Path)))
                .SelectMany(p => SwitchFinder.Find(
                    p.Number,
                    git.Diff(
                        git.Describe(p.CommitId!, cancel),
                        p.Files.Select(f => f.Path).Where(SwitchFinder.MayHold),
                        cancel)))
                .DistinctBy(s => (s.Kind, s.Name)),
        ];
    }
}
