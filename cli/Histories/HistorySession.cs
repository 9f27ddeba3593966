// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;

namespace Dmadiff.Cli.Histories;

/// <summary>
/// Runs traces on the commits of one repository, each distinct build once, whatever number of
/// commits share it.
/// </summary>
internal sealed class HistorySession : IDisposable
{
    private readonly KernelRepository _repository;
    private readonly HistoryBuilder _builder;
    private readonly Progress _progress;
    private readonly CacheDirectory _cache;
    private readonly Dictionary<(string Commit, int Trace), Evaluation> _byCommit = [];
    private readonly Dictionary<(string Build, int Trace), Evaluation> _byBuild = [];
    private string? _before;

    /// <summary>Opens a repository.</summary>
    /// <param name="tree">Its path.</param>
    /// <param name="traces">What is run on every commit.</param>
    /// <param name="firstParent">Follows only the first parent of merges.</param>
    /// <param name="cache">Holds builds.</param>
    /// <param name="progress">Told of whatever takes time.</param>
    /// <exception cref="UserErrorException">There is no repository.</exception>
    public HistorySession(
        string tree,
        IReadOnlyList<TraceInQuestion> traces,
        bool firstParent,
        CacheDirectory cache,
        Progress progress)
    {
        _repository = KernelRepository.Open(tree);
        _cache = cache;
        _builder = new HistoryBuilder(
            new KernelBuilder(cache),
            traces.Aggregate(
                EngineCapabilities.None, (all, trace) => all | TraceNeeds.Of(trace.Trace)));
        _progress = progress;
        Traces = traces;
        Git = new GitHistory(_repository.Path, firstParent);
    }

    /// <summary>What is run on every commit.</summary>
    public IReadOnlyList<TraceInQuestion> Traces { get; }

    /// <summary>The repository's history.</summary>
    public GitHistory Git { get; }

    /// <summary>Files that builds so far were made from.</summary>
    public IReadOnlyList<string> Files => _builder.Files;

    /// <summary>Commits for which something had to be compiled or linked.</summary>
    public int Built => _builder.Built;

    /// <summary>Distinct builds that the traces were run on.</summary>
    public int Builds => _byBuild.Keys.Select(k => k.Build).Distinct().Count();

    /// <summary>Commits whose build was known from others, or from an earlier run.</summary>
    public int Shared => _builder.Asked - _builder.Built;

    /// <summary>Finds a commit.</summary>
    /// <exception cref="UserErrorException">There is none, or it holds no kernel.</exception>
    public string Resolve(string revision) => _repository.Resolve(revision).CommitId;

    /// <summary>A file's text at a commit; null when it has none.</summary>
    public string? ReadText(string commit, string path) =>
        _repository.Resolve(commit).ReadFile(path) is { } bytes
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : null;

    /// <summary>Compares the behaviour of all commits with that of one, from now on.</summary>
    public void CompareWith(string before)
    {
        _before = before;
        _byCommit.Clear();
        _byBuild.Clear();
    }

    /// <summary>Builds a commit and runs the traces on it, unless that was done.</summary>
    /// <returns>What came of each trace.</returns>
    /// <exception cref="UserErrorException">The tool itself cannot work.</exception>
    public IReadOnlyList<Evaluation> Evaluate(string commit, CancellationToken cancel) =>
        [.. Enumerable.Range(0, Traces.Count).Select(i => Evaluate(commit, i, cancel))];

    /// <summary>The same for one trace.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="trace">Index of the trace.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserErrorException">The tool itself cannot work.</exception>
    public Evaluation Evaluate(string commit, int trace, CancellationToken cancel)
    {
        if (!_byCommit.TryGetValue((commit, trace), out Evaluation? known))
        {
            cancel.ThrowIfCancellationRequested();
            _progress.Show($"testing {commit[..CommitInfo.ShortDigits]}");
            known = Run(commit, trace, cancel);
            _byCommit.Add((commit, trace), known);
        }

        return known;
    }

    /// <summary>Loads a commit with all that it is judged by.</summary>
    public EngineSet Load(string commit, CancellationToken cancel) => new(
        Engine(commit, cancel),
        _before is null ? null : Engine(_before, cancel),
        UsesPort && ProfileFit.For(
            Build(commit, KernelConfiguration.Default, cancel).Features)
            is { Profile: { } profile } fit
                ? new PortEngine(profile, fit.Iova, fit.Iommu)
                : null);

    /// <summary>Takes away the line that tells what goes on.</summary>
    public void ClearProgress() => _progress.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        bool built = Built > 0;
        _builder.Dispose();
        _repository.Dispose();
        _progress.Clear();
        if (built)
        {
            new CacheInventory(_cache).Prune(
                CacheInventory.DefaultLimitBytes, CancellationToken.None);
        }
    }

    private bool UsesPort => Traces.Any(t => t.Asked?.Kind == FailureKind.Port);

    private KernelBuild Build(
        string commit, KernelConfiguration configuration, CancellationToken cancel) =>
        _builder.Build(
            _repository.Resolve(commit, commit[..CommitInfo.ShortDigits]), configuration, cancel);

    private ConfiguredEngine Engine(string commit, CancellationToken cancel) => new(
        commit[..CommitInfo.ShortDigits],
        configuration => new NativeEngine(Build(commit, configuration, cancel)));

    private Evaluation Run(string commit, int trace, CancellationToken cancel)
    {
        Trace text = Traces[trace].Trace;
        KernelBuild build;
        try
        {
            build = Build(commit, text.Configuration, cancel);
        }
        catch (KernelBuildException e)
        {
            return new Evaluation(null, e.Message[(CommitInfo.ShortDigits + 1)..]);
        }
        catch (UserErrorException e) when (_byBuild.Count > 0)
        {
            // Other commits could be built, so that it is this one's fault.
            return new Evaluation(null, e.Message);
        }

        EngineCapabilities needs = TraceNeeds.Of(text);
        if (build.LeftOut.FirstOrDefault(l => needs.HasFlag(l.Part)) is { } lacking)
        {
            return new Evaluation(
                null, $"has no {EngineWords.Of(lacking.Part)}: {lacking.Why}");
        }

        if (!_byBuild.TryGetValue((build.Key, trace), out Evaluation? evaluation))
        {
            using EngineSet engines = Load(commit, cancel);
            evaluation = new Evaluation(engines.Reader.Read(Traces[trace].Lowered), null);
            _byBuild.Add((build.Key, trace), evaluation);
        }

        return evaluation;
    }
}

/// <summary>The machines that a commit is judged with.</summary>
internal sealed class EngineSet : IDisposable
{
    private readonly IEngine? _before;
    private readonly IEngine? _port;

    /// <summary>Takes them, and owns them from now on.</summary>
    /// <param name="kernel">The commit's kernel.</param>
    /// <param name="before">The kernel whose behaviour it is compared with, or null.</param>
    /// <param name="port">The reference it is held against, or null.</param>
    public EngineSet(IEngine kernel, IEngine? before, IEngine? port)
    {
        Kernel = kernel;
        _before = before;
        _port = port;
        Reader = new OutcomeReader(kernel) { Before = before, Port = port };
    }

    /// <summary>The commit's kernel.</summary>
    public IEngine Kernel { get; }

    /// <summary>Runs traces on them.</summary>
    public OutcomeReader Reader { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kernel.Dispose();
        _before?.Dispose();
        _port?.Dispose();
    }
}
