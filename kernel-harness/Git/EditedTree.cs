// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.KernelHarness.Git;

/// <summary>A tree with some files replaced or added: a patch that was never committed.</summary>
public sealed class EditedTree : ISourceTree
{
    private readonly ISourceTree _base;
    private readonly SortedDictionary<string, byte[]> _edits = new(StringComparer.Ordinal);

    /// <summary>Puts edits on top of a tree.</summary>
    /// <param name="tree">What it is based on.</param>
    /// <param name="edits">New text by path.</param>
    public EditedTree(ISourceTree tree, IReadOnlyDictionary<string, string> edits)
    {
        _base = tree;
        foreach ((string path, string text) in edits)
        {
            _edits[path] = Encoding.UTF8.GetBytes(text);
        }

        Name = $"{tree.Name} with {_edits.Count} edit{(_edits.Count == 1 ? "" : "s")}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? ContentId(string path)
    {
        string? id = _base.ContentId(path);
        if (_edits.TryGetValue(path, out byte[]? text))
        {
            return ContentHash.Of(text);
        }

        string[] below = [.. _edits.Keys.Where(k => IsBelow(k, path))];
        if (below.Length == 0)
        {
            return id;
        }

        using var hash = new ContentHash();
        hash.Add(id ?? string.Empty);
        foreach (string edited in below)
        {
            hash.Add(edited).Add(_edits[edited]);
        }

        return hash.Finish();
    }

    /// <inheritdoc/>
    public byte[]? ReadFile(string path) =>
        _edits.TryGetValue(path, out byte[]? text) ? text : _base.ReadFile(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path, bool recurse = true)
    {
        var files = new SortedSet<string>(
            _base.ListFiles(path, recurse), StringComparer.Ordinal);
        foreach (string edited in _edits.Keys)
        {
            bool own = IsBelow(edited, path) && !edited[(path.Length + 1)..].Contains('/');
            if (edited == path || own || (recurse && IsBelow(edited, path)))
            {
                files.Add(edited);
            }
        }

        return [.. files];
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder + "/", StringComparison.Ordinal);
}
