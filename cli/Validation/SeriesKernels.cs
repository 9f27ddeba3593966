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
/// its patches, each in all the ways in which it is needed.</summary>
internal sealed class SeriesKernels : IKernelBench, IDisposable
{
    private const EngineCapabilities Everything = (EngineCapabilities)~0;
    private const string Verb = " does not build: ";

    private readonly KernelRepository _repository;
    private readonly CacheDirectory _cache;
    private readonly BuildVariant _variant;
    private readonly Sandbox? _sandbox;
    private readonly HistoryBuilder _plain;
    private readonly Dictionary<string, HistoryBuilder> _with = new(StringComparer.Ordinal);
    private readonly List<StageBuild> _stages = [];
    private readonly Dictionary<(int Stage, string Option, KernelConfiguration How), StageBuild>
        _others = [];

    private readonly CancellationToken _cancel;
    private readonly Progress _progress;
    private readonly Dictionary<(int Stage, string Option), IEngine> _engines = [];
    private readonly string _runner;

    /// <summary>Builds them all, one after the other.</summary>
    /// <param name="series">The series.</param>
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
        _cache = cache;
        _cancel = cancel;
        _progress = progress;
        _variant = job.Sanitized ? BuildVariant.Sanitized : BuildVariant.Covered;
        _sandbox = job.Sandboxed ? RequireSandbox(cancel) : null;
        _repository = KernelRepository.Open(series.Repository);
        var builder = new KernelBuilder(cache, variant: _variant, sandbox: _sandbox);
        _plain = new HistoryBuilder(builder, Everything);
        progress.Show($"building {series.Base.Name}");
        _runner = builder.BuildRunner(cancel);
        Add(series.Base.CommitId, series.Base.Name, cancel);
        foreach (Patch patch in series.Patches.TakeWhile(p => p.CommitId is not null))
        {
            progress.Show($"building patch {patch.Number} of {series.Patches.Count}");
            Add(patch.CommitId!, $"patch {patch.Number}", cancel);
        }
    }

    /// <summary>The base, and the kernel after each patch, by its number; behind them others
    /// that were asked for.</summary>
    public IReadOnlyList<StageBuild> Stages => _stages;

    /// <summary>Builds one more kernel.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="UserErrorException">It is the first, and does not build; or there is no
    /// such commit.</exception>
    public int Add(string commit, string name, CancellationToken cancel)
    {
        KernelRevision tree = _repository.Resolve(commit, name);
        _stages.Add(_stages.Count == 0
            ? new StageBuild(
                tree, _plain.Build(tree, KernelConfiguration.Default, cancel), null)
            : Build(tree, null, KernelConfiguration.Default, cancel));
        return _stages.Count - 1;
    }

    /// <summary>A kernel, compiled in one way; that is done when it is first asked for, which
    /// is one thread's to do.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="with">An option that the series adds and that is on, or null.</param>
    /// <param name="configuration">How it is configured else.</param>
    public StageBuild Find(int stage, AddedSwitch? with, KernelConfiguration configuration)
    {
        string option = with is { Kind: SwitchKind.Kconfig } ? with.Name : string.Empty;
        if ((option.Length == 0 && configuration.IsDefault) || _stages[stage].Build is null)
        {
            return _stages[stage];
        }

        var key = (stage, option, configuration);
        if (!_others.TryGetValue(key, out StageBuild? built))
        {
            string how = option.Length > 0 ? with!.ToString() : configuration.Name;
            _progress.Show($"building {_stages[stage].Tree.Name} with {how}");
            built = Build(
                _stages[stage].Tree, option.Length > 0 ? with : null, configuration, _cancel);
            _others.Add(key, built);
        }

        return built;
    }

    /// <inheritdoc/>
    public string Identity(
        int stage, AddedSwitch? with, KernelConfiguration configuration) =>
        Find(stage, with, configuration).Build?.Key ?? string.Empty;

    /// <inheritdoc/>
    public bool Has(int stage, AddedSwitch? with, KernelConfiguration configuration) =>
        Find(stage, with, configuration).Build is not null;

    /// <summary>Another engine with a kernel, for the caller to dispose of.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="with">What is on.</param>
    public IEngine Load(int stage, AddedSwitch? with) => new ConfiguredEngine(
        _stages[stage].Tree.Name,
        configuration => new RunnerEngine(
            Find(stage, with, configuration).Build!, _runner, RunnerLimits.Default, _sandbox))
    {
        Lacks = _stages[stage].Build!.Lacks,
    };

    /// <inheritdoc/>
    public IEngine Engine(int stage, AddedSwitch? with)
    {
        var key = (stage, with is { Kind: SwitchKind.Kconfig } added ? added.Name : string.Empty);
        if (!_engines.TryGetValue(key, out IEngine? engine))
        {
            engine = Load(stage, with);
            _engines.Add(key, engine);
        }

        return engine;
    }

    /// <summary>What the compiler warns of after a patch and not before it.</summary>
    /// <param name="patch">The patch; it builds.</param>
    /// <param name="cancel">Kills the compiler.</param>
    public IReadOnlyList<CompilerWarning> NewWarnings(Patch patch, CancellationToken cancel)
    {
        string[] files = [.. patch.Files.Select(f => f.Path)];
        IReadOnlyList<CompilerWarning> after =
            _plain.Warnings(_stages[patch.Number].Tree, files, cancel);
        if (after.Count == 0)
        {
            return after;
        }

        // Lines move; what is said stays.
        var before = _plain.Warnings(_stages[patch.Number - 1].Tree, files, cancel)
            .Select(w => (w.File, w.Text)).ToHashSet();
        return [.. after.Where(w => !before.Contains((w.File, w.Text)))];
    }

    /// <summary>What is counted in a kernel.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="with">What is on.</param>
    /// <param name="machine">A sequence in the configuration in question: what is counted is
    /// known of a machine that was booted.</param>
    public CoverageMap Coverage(int stage, AddedSwitch? with, LoweredTrace machine)
    {
        IEngine engine = Engine(stage, with);
        new EngineRun(engine).Execute(machine);
        return (engine as ICoveredEngine)?.Coverage ?? CoverageMap.Empty;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IEngine engine in _engines.Values)
        {
            engine.Dispose();
        }

        foreach (HistoryBuilder builder in _with.Values.Append(_plain))
        {
            builder.Dispose();
        }

        _repository.Dispose();
    }

    private static Sandbox RequireSandbox(CancellationToken cancel)
    {
        try
        {
            return Sandbox.Require(cancel);
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException(
                $"{e.Message}; with --no-sandbox the series' code is compiled and run with "
                + "your own rights", e);
        }
    }

    private StageBuild Build(
        KernelRevision tree,
        AddedSwitch? with,
        KernelConfiguration configuration,
        CancellationToken cancel)
    {
        try
        {
            KernelBuild build = (with is null ? _plain : BuilderFor(with, tree))
                .Build(tree, configuration, cancel);
            LeftOutPart? lost = build.LeftOut.FirstOrDefault(
                l => !_stages[0].Build!.Lacks.HasFlag(l.Part));
            return lost is null
                ? new StageBuild(tree, build, null)
                : new StageBuild(tree, null, lost.Why);
        }
        catch (KernelBuildException e)
        {
            int at = e.Message.IndexOf(Verb, StringComparison.Ordinal);
            return new StageBuild(
                tree, null, at < 0 ? e.Message : e.Message[(at + Verb.Length)..]);
        }
        catch (UserErrorException e)
        {
            // The base could be built, so that it is this tree's doing.
            return new StageBuild(tree, null, e.Message);
        }
    }

    // What is compiled with an option may be more after each patch.
    private HistoryBuilder BuilderFor(AddedSwitch with, KernelRevision tree)
    {
        KconfigAddition addition = KconfigAddition.Of(with.Name, tree);
        string key = string.Join(' ', addition.Units.Prepend(with.Name));
        if (!_with.TryGetValue(key, out HistoryBuilder? builder))
        {
            builder = new HistoryBuilder(
                new KernelBuilder(
                    _cache, variant: _variant, sandbox: _sandbox, addition: addition),
                Everything);
            _with.Add(key, builder);
        }

        return builder;
    }
}
