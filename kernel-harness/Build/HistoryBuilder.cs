// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Builds many revisions of one history, each at the cost of what has changed: revisions that
/// agree on all files that are read are one build, only files that differ are written out,
/// and only units that saw one of them are compiled. Used by one thread at a time.
/// </summary>
public sealed class HistoryBuilder : IDisposable
{
    private const string NoSuchHeader = "No such file or directory";
    private readonly KernelBuilder _builder;
    private readonly InputIndex _index;
    private readonly FileHashes _hashes = new();
    private readonly string _folder;
    private readonly SparseTree _tree;

    /// <summary>Prepares builds.</summary>
    /// <param name="builder">Does them.</param>
    public HistoryBuilder(KernelBuilder builder)
    {
        _builder = builder;
        _index = new InputIndex(builder.Cache, builder.HarnessKey);
        _folder = Directory.CreateTempSubdirectory("dmadiff-history-").FullName;
        _tree = new SparseTree(Path.Combine(_folder, "tree"));
    }

    /// <summary>
    /// All files that any build so far was made from: a commit that leaves them alone leaves
    /// the builds alone. Grows as revisions are built. Sorted.
    /// </summary>
    public IReadOnlyList<string> Files => _index.AllFiles;

    /// <summary>Revisions asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Revisions for which something had to be compiled or linked.</summary>
    public int Built { get; private set; }

    /// <summary>Builds a revision, unless the cache has one made from the same files.</summary>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    /// <exception cref="UserErrorException">It lacks one of the files under test.</exception>
    public HistoryBuild Build(ISourceTree tree, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        Asked++;
        if (_index.Find(tree) is { } known)
        {
            string name = Path.GetFileName(known.Build);
            return new HistoryBuild(
                _builder.Open(name, tree.Name, 0, watch.Elapsed, cancel), known.Files);
        }

        Built++;
        try
        {
            SteppedBuild step = Compile(tree, cancel);
            _index.Add(tree, step.Files, "builds/" + step.Key);
            return new HistoryBuild(
                _builder.Open(
                    step.Key, tree.Name, step.CompiledUnits, watch.Elapsed, cancel),
                step.Files);
        }
        catch (KernelBuildException e)
        {
            throw new KernelBuildException($"{tree.Name} does not build: {e.Message}", e.Log);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SteppedBuild Compile(ISourceTree tree, CancellationToken cancel)
    {
        IReadOnlyList<string> files = _index.AllFiles;
        if (files.Count > 0)
        {
            _tree.Update(tree, files, _hashes.Forget, cancel);
            try
            {
                return _builder.BuildStep(
                    tree, _tree.Folder, Path.Combine(_folder, "build"), _hashes, cancel);
            }
            catch (KernelBuildException e) when (
                e.Log.Contains(NoSuchHeader, StringComparison.Ordinal))
            {
                // A header that no build has read so far: it takes the whole tree to see.
            }
        }

        return _builder.BuildStep(
            tree,
            _builder.Export(tree, cancel),
            Path.Combine(_folder, "build-whole"),
            new FileHashes(),
            cancel);
    }
}

/// <summary>A revision of a history that was built.</summary>
/// <param name="Kernel">The kernel. Those with one key are one build.</param>
/// <param name="Files">The tree's files that it was made from; sorted.</param>
public sealed record HistoryBuild(KernelBuild Kernel, IReadOnlyList<string> Files);
