// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Finds builds by the kernel's files that they were compiled from, before anything is
/// written out or compiled. Which files these are is known of trees that were built: a tree
/// that agrees with one of them on all of its files would compile to the same.
/// </summary>
internal sealed class InputIndex
{
    private const string SetSuffix = ".files";
    private readonly CacheDirectory _cache;
    private readonly string _folder;
    private readonly string _harness;
    private readonly Dictionary<string, string[]> _sets = new(StringComparer.Ordinal);

    /// <summary>Reads what is known.</summary>
    /// <param name="cache">Where it is kept.</param>
    /// <param name="harness">Stands for all that goes into a build beside the tree.</param>
    public InputIndex(CacheDirectory cache, string harness)
    {
        _cache = cache;
        _harness = harness;
        _folder = cache.PathOf("inputs", harness);
        if (!Directory.Exists(_folder))
        {
            return;
        }

        foreach (string file in Directory.EnumerateFiles(_folder, "*" + SetSuffix)
            .Order(StringComparer.Ordinal))
        {
            _sets[Path.GetFileNameWithoutExtension(file)] = File.ReadAllLines(file);
        }
    }

    /// <summary>All files that some tree was compiled from; sorted.</summary>
    public IReadOnlyList<string> AllFiles => [.. _sets.Values
        .SelectMany(s => s).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The entry of the cache with the build that a tree would compile to; null when
    /// it is not known.</summary>
    public string? Find(ISourceTree tree)
    {
        var ids = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string set, string[] files) in _sets)
        {
            string path = Path.Combine(_folder, KeyOf(set, files, tree, ids));
            if (File.Exists(path))
            {
                string build = File.ReadAllText(path);
                if (Directory.Exists(_cache.PathOf(build)))
                {
                    return build;
                }
            }
        }

        return null;
    }

    /// <summary>Notes what a tree compiles to.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="files">The files of it that were read.</param>
    /// <param name="build">The entry of the cache with the build.</param>
    public void Add(ISourceTree tree, IReadOnlyList<string> files, string build)
    {
        using var hash = new ContentHash();
        string set = hash.AddAll(files).Finish();
        string[] kept = [.. files];
        Directory.CreateDirectory(_folder);
        if (_sets.TryAdd(set, kept))
        {
            Write(set + SetSuffix, string.Join('\n', kept) + "\n");
        }

        Write(
            KeyOf(set, kept, tree, new Dictionary<string, string?>(StringComparer.Ordinal)),
            build);
    }

    private string KeyOf(
        string set, string[] files, ISourceTree tree, Dictionary<string, string?> ids)
    {
        using var hash = new ContentHash();
        hash.Add(_harness).Add(set);
        foreach (string file in files)
        {
            if (!ids.TryGetValue(file, out string? id))
            {
                id = tree.ContentId(file);
                ids.Add(file, id);
            }

            hash.Add(id ?? "-");
        }

        return hash.Finish();
    }

    // By a rename, so that nobody reads half of it.
    private void Write(string name, string text)
    {
        string temporary = Path.Combine(
            _folder, $"tmp-{Environment.ProcessId}-{Guid.NewGuid():N}");
        File.WriteAllText(temporary, text);
        File.Move(temporary, Path.Combine(_folder, name), overwrite: true);
    }
}
