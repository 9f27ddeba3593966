// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Makes the sequences that lead to what each patch changes, and keeps them: they
/// depend on the patch's own kernel, so that an edit of a later one leaves them alone.</summary>
/// <param name="series">The series.</param>
/// <param name="kernels">Its kernels.</param>
/// <param name="switches">What it adds.</param>
/// <param name="cache">Keeps the sequences.</param>
/// <param name="progress">Told of whatever takes time.</param>
internal sealed class MadeSequences(
    PatchSeries series,
    SeriesKernels kernels,
    IReadOnlyList<AddedSwitch> switches,
    CacheDirectory cache,
    Progress progress)
{
    private const string FileName = "sequences.txt";
    private const string Separator = "---";
    private const int SeedBits = 40;

    /// <summary>Numbers of the patches that change functions of a kernel that builds.</summary>
    public IReadOnlyList<int> Patches =>
    [
        .. series.Patches
            .Where(p => p.CommitId is not null && p.Files.Any(f => f.Functions.Count > 0)
                && kernels.Stages[p.Number].Build is { } build
                && build.Key != kernels.Stages[p.Number - 1].Build?.Key)
            .Select(p => p.Number),
    ];

    /// <summary>Adds them to a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="seed">Which sequences are generated.</param>
    /// <param name="operations">How many operations those of each patch have.</param>
    /// <param name="parts">What they are about.</param>
    /// <param name="cancel">Stops it; what was finished is kept.</param>
    public void AddTo(
        Workload workload,
        ulong seed,
        long operations,
        IReadOnlyList<GeneratedPart> parts,
        CancellationToken cancel)
    {
        int[] patches = [.. Patches];
        var entries = new string[patches.Length];

        // Builds are one thread's to do.
        Array.ForEach(patches, p => KconfigOf(p));
        progress.Show("looking for sequences that run what the patches change");
        Parallel.For(
            0,
            patches.Length,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount),
                CancellationToken = cancel,
            },
            i => entries[i] = Ensure(
                series.Patches[patches[i] - 1],
                new SequenceGenerator(Of(seed, patches[i])) { Parts = parts },
                operations,
                cancel));
        for (int i = 0; i < patches.Length; i++)
        {
            workload.AddMade(
                patches[i], Read(entries[i]), SwitchesOf(patches[i]), KconfigOf(patches[i]));
        }
    }

    // Each patch has others, as far from each other as seeds that people choose are not.
    private static ulong Of(ulong seed, int patch) => seed ^ ((ulong)patch << SeedBits);

    // What a patch adds is mostly behind the option that it adds.
    private AddedSwitch? KconfigOf(int patch) => switches.LastOrDefault(
        s => s.Kind == SwitchKind.Kconfig && s.Since <= patch
            && kernels.Has(patch, s, KernelConfiguration.Default));

    private AddedSwitch[] SwitchesOf(int patch) =>
        [.. switches.Where(s => s.Since <= patch && s.Kind != SwitchKind.Kconfig)];

    private string Ensure(
        Patch patch, SequenceGenerator fresh, long operations, CancellationToken cancel)
    {
        AddedSwitch[] known = SwitchesOf(patch.Number);
        using var hash = new ContentHash();
        string entry = "verdicts/" + hash
            .Add(kernels.Identity(
                patch.Number, KconfigOf(patch.Number), KernelConfiguration.Default))
            .Add(Tool.BuildId)
            .Add($"{fresh.Seed} {operations} {string.Join(' ', fresh.Parts)}")
            .AddAll([.. known.Select(s => s.ToString())])
            .AddAll([.. patch.Files.SelectMany(f => f.Functions.Select(n => f.Path + n.Name))])
            .Finish();
        cache.Ensure(
            entry,
            folder => File.WriteAllText(
                Path.Combine(folder, FileName),
                string.Join(
                    Separator + "\n",
                    Make(patch, fresh, operations, known, cancel).Select(TracePrinter.Print))),
            cancel);
        return entry;
    }

    private IReadOnlyList<Trace> Make(
        Patch patch,
        SequenceGenerator fresh,
        long operations,
        IReadOnlyList<AddedSwitch> known,
        CancellationToken cancel)
    {
        using IEngine engine = kernels.Load(patch.Number, KconfigOf(patch.Number));
        new EngineRun(engine).Execute(TraceLowering.Lower(new Trace()));
        if (engine is not ICoveredEngine { Coverage.Counters: > 0 } counting)
        {
            return [];
        }

        var near = new Neighbourhood(
            patch,
            kernels.Stages[patch.Number].Tree,
            counting.Coverage.Functions.Select(f => f.File).Distinct());
        return near.IsEmpty
            ? []
            : new AttentionLoop(counting, fresh, near.Of, known).Make(operations, cancel);
    }

    private IEnumerable<Trace> Read(string entry)
    {
        string text = File.ReadAllText(cache.PathOf(entry, FileName));
        return text.Length == 0
            ? []
            : text.Split(Separator + "\n").Select(t => TraceParser.Parse(t, entry));
    }
}
