// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
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

    // A single patch gets no more than this part of what is for patches.
    private const int LeastShares = 2;

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

        IReadOnlyList<AddedSwitch> switches = SwitchFinder.Of(series, cancel);
        using var kernels = new SeriesKernels(series, job, _cache, _progress, cancel);
        int stages = kernels.Stages.Count;
        IReadOnlyList<ChosenConfiguration> configurations = Configurations(series, kernels);
        IReadOnlyList<Exercise> exercises = kernels.Stages.Skip(1).Any(s => s.Build is not null)
            ? Exercises(series, kernels, switches, configurations)
            : [];
        var taker = new KernelRecords(kernels, exercises, _cache, _progress);
        StageRecord?[] records =
            [.. Enumerable.Range(0, stages).Select(s => taker.Take(s, cancel))];
        var outcomes = new Dictionary<int, PatchOutcome>();
        var judge = new PatchJudge(exercises, [.. records.Select(r => r?.Record)], kernels)
        {
            Kept = new SmallTraces(_cache, cancel),
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

        foreach (var (stage, defect) in judge.Late)
        {
            outcomes[stage] = outcomes[stage] with { New = [.. outcomes[stage].New, defect] };
        }

        PatchReport[] reports =
        [
            .. new PatchReports(
                series,
                kernels,
                switches,
                configurations,
                exercises,
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
            Notices =
            [
                .. job.Sandboxed ? [] : new[] { Unprotected },
                .. configurations.Select(c => Told(c, exercises, kernels)),
            ],
            Sequences = exercises.Count(e => e.IsFor(stages - 1)),
            Operations = exercises.Where(e => e.IsFor(stages - 1))
                .Sum(e => (long)e.Trace.Operations.Count),
        }.Make();
    }

    private static string Told(
        ChosenConfiguration chosen, IReadOnlyList<Exercise> exercises, SeriesKernels kernels)
    {
        string how = $"as {chosen.Configuration.Name} (patch {chosen.Since}: {chosen.Why})";
        return kernels.Has(chosen.Since - 1, null, chosen.Configuration)
            ? $"also run {how}, from patch {chosen.Since} on: "
                + Summary.Count(
                    exercises.Count(e => e.Configuration == chosen.Configuration), "sequence")
            : $"not compared {how}: {kernels.Stages[chosen.Since - 1].Tree.Name} does not build "
                + "so";
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

    // Half of what is made is about what the patches change, where that can be counted.
    private IReadOnlyList<Exercise> Exercises(
        PatchSeries series,
        SeriesKernels kernels,
        IReadOnlyList<AddedSwitch> switches,
        IReadOnlyList<ChosenConfiguration> configurations)
    {
        (string, Trace)[] corpus = [.. TraceFolder.Own()];
        IReadOnlyList<GeneratedPart> parts = Workload.Weigh(Attention.Of(series));
        var made = new MadeSequences(series, kernels, switches, _cache, _progress);
        int patches = job.Sanitized ? 0 : made.Patches.Count;
        long plain = patches == 0 ? job.Operations : job.Operations / 2;
        var workload = new Workload(job.Seed, plain, parts);
        workload.AddPlain(corpus);
        workload.AddSwitched(switches);
        workload.AddConfigured(
            [.. corpus, .. TraceFolder.In(TraceFolder.OwnConfigured)], configurations);
        if (patches > 0)
        {
            long each = (job.Operations - plain) / Math.Max(patches, LeastShares);
            made.AddTo(workload, job.Seed, each, parts, cancel);
        }

        return workload.Exercises;
    }

    private static IReadOnlyList<ChosenConfiguration> Configurations(
        PatchSeries series, SeriesKernels kernels) =>
    [
        .. series.Patches
            .Where(p => p.CommitId is not null && kernels.Stages[p.Number].Build is not null)
            .SelectMany(p => ConfigurationFinder.Find(p, kernels.Stages[p.Number].Tree))
            .DistinctBy(c => c.Configuration)
            .Take(ConfigurationFinder.Most),
    ];
}
