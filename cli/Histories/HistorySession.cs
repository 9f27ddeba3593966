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
    private readonly Dictionary<string, Evaluation> _byCommit = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Evaluation> _byBuild = new(StringComparer.Ordinal);
    private KernelBuild? _before;

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
        _builder = new HistoryBuilder(new KernelBuilder(cache));
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
    public int Builds => _byBuild.Count;

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
    public void CompareWith(Evaluation before)
    {
        _before = before.Build;
        _byCommit.Clear();
        _byBuild.Clear();
    }

    /// <summary>Builds a commit and runs the traces on it, unless that was done.</summary>
    /// <exception cref="UserErrorException">The tool itself cannot work.</exception>
    public Evaluation Evaluate(string commit, CancellationToken cancel)
    {
        if (_byCommit.TryGetValue(commit, out Evaluation? known))
        {
            return known;
        }

        cancel.ThrowIfCancellationRequested();
        _progress.Show($"testing {commit[..CommitInfo.ShortDigits]}");
        Evaluation evaluation = Build(commit, cancel);
        _byCommit.Add(commit, evaluation);
        return evaluation;
    }

    /// <summary>What a trace comes to on a build.</summary>
    public Outcome Run(KernelBuild build, LoweredTrace trace)
    {
        using EngineSet engines = Load(build);
        return engines.Reader.Read(trace);
    }

    /// <summary>Loads a build with all that it is judged by.</summary>
    public EngineSet Load(KernelBuild build) => new(build, _before, UsesPort);

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

    private Evaluation Build(string commit, CancellationToken cancel)
    {
        HistoryBuild build;
        string name = commit[..CommitInfo.ShortDigits];
        try
        {
            build = _builder.Build(_repository.Resolve(commit, name), cancel);
        }
        catch (KernelBuildException e)
        {
            return new Evaluation(null, [], e.Message[(name.Length + 1)..]);
        }
        catch (UserErrorException e) when (_byBuild.Count > 0)
        {
            // Other commits could be built, so that it is this one's fault.
            return new Evaluation(null, [], e.Message);
        }

        if (!_byBuild.TryGetValue(build.Kernel.Key, out Evaluation? evaluation))
        {
            using EngineSet engines = Load(build.Kernel);
            evaluation = new Evaluation(
                build.Kernel, [.. Traces.Select(t => engines.Reader.Read(t.Lowered))], null);
            _byBuild.Add(build.Kernel.Key, evaluation);
        }

        return evaluation;
    }
}

/// <summary>The machines that a commit is judged with.</summary>
internal sealed class EngineSet : IDisposable
{
    private readonly List<IEngine> _engines = [];

    /// <summary>Loads them.</summary>
    /// <param name="build">The commit's kernel.</param>
    /// <param name="before">The kernel whose behaviour it is compared with, or null.</param>
    /// <param name="port">Whether it is held against its reference.</param>
    public EngineSet(KernelBuild build, KernelBuild? before, bool port)
    {
        _engines.Add(new NativeEngine(build));
        IEngine? left = before is null ? null : new NativeEngine(before);
        IEngine? reference = port && ProfileFit.For(build.Features).Profile is { } profile
            ? new PortEngine(profile)
            : null;
        _engines.AddRange(new[] { left, reference }.OfType<IEngine>());
        Reader = new OutcomeReader(_engines[0]) { Before = left, Port = reference };
    }

    /// <summary>Runs traces on them.</summary>
    public OutcomeReader Reader { get; }

    /// <inheritdoc/>
    public void Dispose() => _engines.ForEach(e => e.Dispose());
}
