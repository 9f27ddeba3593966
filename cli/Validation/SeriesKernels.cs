// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Builds and loads the kernels of a series: that of the base and that after each of
/// its patches.</summary>
internal sealed class SeriesKernels : IKernelBench, IDisposable
{
    private const EngineCapabilities Everything = (EngineCapabilities)~0;

    private readonly KernelRepository _repository;
    private readonly KernelBuilder _builder;
    private readonly HistoryBuilder _history;
    private readonly Sandbox? _sandbox;
    private readonly List<StageBuild> _stages = [];
    private readonly Dictionary<string, IEngine> _engines = new(StringComparer.Ordinal);
    private readonly string _runner;

    /// <summary>Builds them all, one after the other.</summary>
    /// <param name="series">The series; every patch of it applies.</param>
    /// <param name="job">How they are compiled and run.</param>
    /// <param name="cache">Keeps builds.</param>
    /// <param name="progress">Told of whatever takes time.</param>
    /// <param name="cancel">Kills compilers.</param>
    /// <exception cref="UserErrorException">The base does not build, or there is no sandbox.
    /// </exception>
    public SeriesKernels(
        PatchSeries series,
        ValidateJob job,
        CacheDirectory cache,
        Progress progress,
        CancellationToken cancel)
    {
        _sandbox = job.Sandboxed ? Sandbox.Require(cancel) : null;
        _repository = KernelRepository.Open(series.Repository);
        _builder = new KernelBuilder(
            cache,
            variant: job.Sanitized ? BuildVariant.Sanitized : BuildVariant.Covered,
            sandbox: _sandbox);
        _history = new HistoryBuilder(_builder, Everything);
        progress.Show($"building {series.Base.Name}");
        _runner = _builder.BuildRunner(cancel);
        _stages.Add(BuildBase(series.Base, cancel));
        foreach (Patch patch in series.Patches.TakeWhile(p => p.CommitId is not null))
        {
            progress.Show($"building patch {patch.Number} of {series.Patches.Count}");
            _stages.Add(Build(
                _repository.Resolve(patch.CommitId!, $"patch {patch.Number}"), cancel));
        }
    }

    /// <summary>The base, and the kernel after each patch, by its number.</summary>
    public IReadOnlyList<StageBuild> Stages => _stages;

    /// <summary>All files that any of them was made from.</summary>
    public IReadOnlyList<string> Files => _history.Files;

    /// <summary>Another engine with a kernel, for the caller to dispose of.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    public IEngine Load(int stage)
    {
        StageBuild built = _stages[stage];
        return new ConfiguredEngine(
            built.Tree.Name,
            _ => new RunnerEngine(built.Build!, _runner, RunnerLimits.Default, _sandbox))
        {
            Lacks = built.Build!.Lacks,
        };
    }

    /// <inheritdoc/>
    public IEngine Engine(int stage, AddedSwitch? with)
    {
        string key = $"{stage}";
        if (!_engines.TryGetValue(key, out IEngine? engine))
        {
            engine = Load(stage);
            _engines.Add(key, engine);
        }

        return engine;
    }

    /// <summary>What of a kernel's code was run.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="counters">How often its branches were taken.</param>
    public LineCoverage Coverage(int stage, IReadOnlyList<ulong> counters)
    {
        IEngine engine = Engine(stage, null);

        // What is counted is known of a machine that was booted.
        new EngineRun(engine).Execute(TraceLowering.Lower(new Trace()));
        return new LineCoverage(
            (engine as ICoveredEngine)?.Coverage ?? CoverageMap.Empty, counters);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IEngine engine in _engines.Values)
        {
            engine.Dispose();
        }

        _history.Dispose();
        _repository.Dispose();
    }

    private StageBuild BuildBase(SeriesBase start, CancellationToken cancel)
    {
        KernelRevision tree = _repository.Resolve(start.CommitId, start.Name);
        return new StageBuild(
            tree, _history.Build(tree, KernelConfiguration.Default, cancel), null);
    }

    private StageBuild Build(KernelRevision tree, CancellationToken cancel)
    {
        try
        {
            KernelBuild build = _history.Build(tree, KernelConfiguration.Default, cancel);
            LeftOutPart? lost = build.LeftOut.FirstOrDefault(
                l => !_stages[0].Build!.Lacks.HasFlag(l.Part));
            return lost is null
                ? new StageBuild(tree, build, null)
                : new StageBuild(tree, null, lost.Why);
        }
        catch (KernelBuildException e)
        {
            const string verb = " does not build: ";
            int at = e.Message.IndexOf(verb, StringComparison.Ordinal);
            return new StageBuild(
                tree, null, at < 0 ? e.Message : e.Message[(at + verb.Length)..]);
        }
        catch (UserErrorException e) when (_stages.Count > 0)
        {
            // The base could be built, so that it is this patch's doing.
            return new StageBuild(tree, null, e.Message);
        }
    }
}
