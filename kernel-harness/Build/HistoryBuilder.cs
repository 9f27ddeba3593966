// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.Bindings;
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
    private readonly KernelBuilder _builder;
    private readonly Dictionary<KernelConfiguration, InputIndex> _indexes = [];
    private readonly FileHashes _hashes = new();
    private readonly string _folder;
    private readonly SparseTree _tree;
    private readonly EngineCapabilities _without;

    /// <summary>Prepares builds.</summary>
    /// <param name="builder">Does them.</param>
    /// <param name="needs">What will be done with them: parts of the kernel that are not
    /// needed for it are not built, and commits to these do not count.</param>
    public HistoryBuilder(KernelBuilder builder, EngineCapabilities needs)
    {
        _builder = builder;
        _without = builder.Parts.Aggregate(
            EngineCapabilities.None, (all, part) => all | part) & ~needs;
        _folder = Directory.CreateTempSubdirectory("dmadiff-history-").FullName;
        _tree = new SparseTree(Path.Combine(_folder, "tree"));
    }

    /// <summary>
    /// All files that any build so far was made from: a commit that leaves them alone leaves
    /// the builds alone. Grows as revisions are built. Sorted.
    /// </summary>
    public IReadOnlyList<string> Files =>
    [
        .. _indexes.Values.SelectMany(i => i.AllFiles)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Revisions asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Revisions for which something had to be compiled or linked.</summary>
    public int Built { get; private set; }

    /// <summary>Builds a revision, unless the cache has one made from the same files.</summary>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    /// <exception cref="UserErrorException">It lacks one of the files under test.</exception>
    public KernelBuild Build(
        ISourceTree tree, KernelConfiguration configuration, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        Asked++;
        if (!_indexes.TryGetValue(configuration, out InputIndex? index))
        {
            index = new InputIndex(_builder.Cache, _builder.HarnessKey(configuration, _without));
            _indexes.Add(configuration, index);
        }

        if (index.Find(tree) is { } known)
        {
            return Open(Path.GetFileName(known), 0);
        }

        Built++;
        try
        {
            SteppedBuild step = Compile(tree, configuration, index.AllFiles, cancel);
            index.Add(
                tree,
                step.IsComplete
                    ? step.Files
                    : [.. step.Files.Union(index.AllFiles).Order(StringComparer.Ordinal)],
                "builds/" + step.Key);
            return Open(step.Key, step.CompiledUnits);
        }
        catch (KernelBuildException e)
        {
            string how = configuration.IsDefault ? string.Empty : $" as {configuration.Name}";
            throw new KernelBuildException(
                $"{tree.Name} does not build{how}: {e.Message}", e.Log);
        }

        KernelBuild Open(string key, int compiled) => _builder.Open(
            key, tree.Name, configuration, compiled, watch.Elapsed, cancel);
    }

    /// <summary>What the compiler warns of in some files of a revision that was built.
    /// </summary>
    /// <param name="tree">The revision.</param>
    /// <param name="files">Paths in it.</param>
    /// <param name="cancel">Kills the compiler.</param>
    public IReadOnlyList<CompilerWarning> Warnings(
        ISourceTree tree, IEnumerable<string> files, CancellationToken cancel)
    {
        _tree.Update(tree, Files, _hashes.Forget, cancel);
        var folders = new StepFolders(
            _tree.Folder, Path.Combine(_folder, "build"), _hashes, IsWhole: false);
        return
        [
            .. files.SelectMany(f => _builder.Warnings(tree, f, folders, cancel)).Distinct(),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SteppedBuild Compile(
        ISourceTree tree,
        KernelConfiguration configuration,
        IReadOnlyList<string> files,
        CancellationToken cancel)
    {
        if (files.Count > 0)
        {
            _tree.Update(tree, files, _hashes.Forget, cancel);
            var sparse = new StepFolders(
                _tree.Folder, Path.Combine(_folder, "build"), _hashes, IsWhole: false);
            if (_builder.BuildStep(tree, configuration, _without, sparse, cancel) is { } step)
            {
                return step;
            }
        }

        // A header that no build has read so far: it takes the whole tree to see.
        var whole = new StepFolders(
            _builder.Export(tree, cancel),
            Path.Combine(_folder, "build-whole"),
            new FileHashes(),
            IsWhole: true);
        return _builder.BuildStep(tree, configuration, _without, whole, cancel)!;
    }
}
