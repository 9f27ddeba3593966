// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.ExceptionServices;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Build;

/// <content>The steps of a build, for those who build many revisions of one history.</content>
public sealed partial class KernelBuilder
{
    private const string TreeFolder = "{tree}/";
    private const string InputsSuffix = ".inputs";
    private const string FeaturesName = "features.txt";

    /// <summary>The cache that builds are in.</summary>
    internal CacheDirectory Cache => _cache;

    /// <summary>Stands for all that goes into a build beside the tree.</summary>
    internal string HarnessKey
    {
        get
        {
            using var hash = new ContentHash();
            return AddHarness(hash).Finish();
        }
    }

    /// <summary>Writes a whole tree to the cache.</summary>
    internal string Export(ISourceTree tree, CancellationToken cancel) =>
        _exporter.Export(tree, _plan.TreeUnits, cancel);

    /// <summary>Compiles a tree that was written to a folder.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="source">The folder; may lack what is not read.</param>
    /// <param name="scratch">A folder of one's own, the same for all trees of a history.</param>
    /// <param name="hashes">Hashes of files in either.</param>
    /// <param name="cancel">Kills compilers.</param>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    internal SteppedBuild BuildStep(
        ISourceTree tree,
        string source,
        string scratch,
        FileHashes hashes,
        CancellationToken cancel)
    {
        string host = new HostLibraryBuilder(_cache, _plan, _harness).Build(cancel);
        IReadOnlyList<string> found = _probes.Find(tree);
        BuildPaths paths = PrepareStep(source, FeatureProbes.Header(found), scratch, hashes);
        UnitOutcome[] units = CompileAll(paths, hashes, stopAtFailure: true, cancel);
        if (units.FirstOrDefault(u => u.Failure is not null)?.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        string[] objects = [.. units.Select(u => u.Object!)];
        using var hash = new ContentHash();
        string key = AddHarness(hash)
            .AddAll([.. objects.Select(o => Path.GetFileName(o))])
            .Finish();
        _cache.Ensure(
            "builds/" + key,
            folder =>
            {
                IReadOnlyList<string> missing = new KernelLinker(paths, _plan).Link(
                    objects, host, Path.Combine(folder, LibraryName), cancel);
                File.WriteAllLines(Path.Combine(folder, MissingName), missing);
                File.WriteAllLines(Path.Combine(folder, FeaturesName), found);
            },
            cancel);
        return new SteppedBuild(
            key, InputsOf(objects), units.Count(u => u.Compiled));
    }

    /// <summary>A build that is in the cache.</summary>
    /// <param name="key">Its name below builds/.</param>
    /// <param name="name">What reports call the kernel.</param>
    /// <param name="compiled">Units that were compiled for it.</param>
    /// <param name="elapsed">How long that took.</param>
    /// <param name="cancel">Stops waiting.</param>
    internal KernelBuild Open(
        string key, string name, int compiled, TimeSpan elapsed, CancellationToken cancel)
    {
        string entry = "builds/" + key;

        // It is there: this notes that it is of use.
        _cache.Ensure(
            entry,
            _ => throw new UserErrorException("the cache was emptied meanwhile; run it again"),
            cancel);
        return new KernelBuild(
            name,
            key,
            _cache.PathOf(entry, LibraryName),
            new HostLibraryBuilder(_cache, _plan, _harness).Build(cancel),
            File.ReadAllLines(_cache.PathOf(entry, FeaturesName))
                .ToHashSet(StringComparer.Ordinal),
            File.ReadAllLines(_cache.PathOf(entry, MissingName)),
            compiled,
            elapsed);
    }

    private ContentHash AddHarness(ContentHash hash) => hash
        .Add("history")
        .Add(_harness.Hash)
        .AddAll(_plan.Flags)
        .AddAll([.. _plan.Groups.SelectMany(g => g.Flags.Concat(g.Units))])
        .AddAll(_plan.LinkFlags)
        .AddAll(_plan.LibcSymbols)
        .AddAll(_probes.Paths)
        .Add(Toolchain.Version);

    private BuildPaths PrepareStep(
        string source, string features, string scratch, FileHashes hashes)
    {
        AsmWrappers.Write(source, _harness.Overlay, scratch);
        string header = Path.Combine(scratch, "include", "dmd_features.h");
        File.WriteAllText(header, features);
        hashes.Forget(header);
        return new BuildPaths(source, _harness.Folder, scratch);
    }

    /// <summary>
    /// The tree's files that objects were made from, and those that might have been in their
    /// place: a header of include/ hides the one of that name in include/uapi/.
    /// </summary>
    private List<string> InputsOf(IEnumerable<string> objects)
    {
        const string uapi = "include/uapi/";
        var files = new SortedSet<string>(_probes.Paths, StringComparer.Ordinal);
        files.UnionWith(_plan.TreeUnits);
        foreach (string unit in objects)
        {
            files.UnionWith(File.ReadLines(Path.ChangeExtension(unit, InputsSuffix))
                .Where(l => l.StartsWith(TreeFolder, StringComparison.Ordinal))
                .Select(l => l[TreeFolder.Length..]));
        }

        files.UnionWith(files
            .Where(f => f.StartsWith(uapi, StringComparison.Ordinal))
            .Select(f => "include/" + f[uapi.Length..])
            .ToList());
        return [.. files];
    }
}

/// <summary>What came of one step.</summary>
/// <param name="Key">Name of the build below builds/.</param>
/// <param name="Files">The tree's files that it depends on; sorted.</param>
/// <param name="CompiledUnits">Units that had to be compiled.</param>
internal sealed record SteppedBuild(string Key, IReadOnlyList<string> Files, int CompiledUnits);
