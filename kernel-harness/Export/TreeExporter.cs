// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Export;

/// <summary>
/// Writes the part of a kernel that a build needs to a folder of the cache, once for each
/// content: revisions that agree on it share the folder.
/// </summary>
internal sealed class TreeExporter
{
    private readonly CacheDirectory _cache;

    public TreeExporter(CacheDirectory cache)
    {
        _cache = cache;
    }

    /// <summary>A name for everything that is exported.</summary>
    public static string KeyOf(ISourceTree tree, IReadOnlyList<string> units)
    {
        using var hash = new ContentHash();
        hash.Add(HeadersKey(tree));
        foreach (string file in ExportList.OtherFiles(tree, units))
        {
            hash.Add(file).Add(tree.ContentId(file) ?? throw Missing(tree, file));
        }

        return hash.Finish();
    }

    /// <summary>Exports a tree unless it is there.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="units">Paths of the .c files that will be compiled.</param>
    /// <param name="cancel">Stops between two files.</param>
    /// <returns>The folder, with the tree's paths below it. Not to be written to.</returns>
    /// <exception cref="UserErrorException">The tree lacks one of the units.</exception>
    public string Export(
        ISourceTree tree, IReadOnlyList<string> units, CancellationToken cancel)
    {
        string headers = "headers/" + HeadersKey(tree);
        _cache.Ensure(
            headers, folder => Write(tree, ExportList.HeaderFiles(tree), folder, cancel), cancel);
        string entry = "trees/" + KeyOf(tree, units);
        _cache.Ensure(
            entry,
            folder =>
            {
                Write(tree, ExportList.OtherFiles(tree, units), folder, cancel);

                // Relative, so that the cache can be moved.
                Directory.CreateSymbolicLink(
                    Path.Combine(folder, ExportList.Headers),
                    $"../../{headers}/{ExportList.Headers}");
            },
            cancel);
        return _cache.PathOf(entry);
    }

    /// <summary>
    /// Covers the list of what is left out as well, which a later version may change.
    /// </summary>
    private static string HeadersKey(ISourceTree tree)
    {
        using var hash = new ContentHash();
        return hash
            .Add(tree.ContentId(ExportList.Headers) ?? throw Missing(tree, ExportList.Headers))
            .AddAll(ExportList.LeftOut)
            .Finish();
    }

    private static void Write(
        ISourceTree tree, IEnumerable<string> files, string folder, CancellationToken cancel)
    {
        // Files are read one after the other, as a repository wants it, and written meanwhile.
        var folders = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        IEnumerable<(string Path, byte[] Content)> contents = files.Select(
            file => (file, tree.ReadFile(file) ?? throw Missing(tree, file)));
        try
        {
            Parallel.ForEach(
                Partitioner.Create(contents, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { CancellationToken = cancel },
                file =>
                {
                    string target = Path.Combine(folder, file.Path);
                    string parent = Path.GetDirectoryName(target)!;
                    if (!folders.ContainsKey(parent))
                    {
                        Directory.CreateDirectory(parent);
                        folders.TryAdd(parent, true);
                    }

                    File.WriteAllBytes(target, file.Content);
                });
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    private static UserErrorException Missing(ISourceTree tree, string file) =>
        new($"revision {tree.Name} has no {file}");
}
