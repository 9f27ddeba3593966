// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// A kernel in a plain folder, as it lies there: an unpacked archive, or a work tree with
/// changes that were never committed. It is only read, and is taken not to change meanwhile.
/// </summary>
public sealed class SourceFolder : ISourceTree
{
    private readonly string _root;
    private readonly Dictionary<string, string?> _ids = new(StringComparer.Ordinal);

    private SourceFolder(string name, string root)
    {
        Name = name;
        _root = root;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Takes a folder.</summary>
    /// <param name="path">Its path, which also names it.</param>
    /// <exception cref="UserErrorException">It does not hold a kernel.</exception>
    public static SourceFolder Open(string path)
    {
        var folder = new SourceFolder(path, Path.GetFullPath(path));
        if (!Directory.Exists(folder._root))
        {
            throw new UserErrorException($"{path}: no such folder");
        }

        return File.Exists(folder.Full(KernelLandmark.Header))
            ? folder
            : throw new UserErrorException(
                $"{path}: not a Linux kernel (it has no {KernelLandmark.Header})");
    }

    /// <inheritdoc/>
    public string? ContentId(string path)
    {
        if (!_ids.TryGetValue(path, out string? id))
        {
            id = FindId(path);
            _ids.Add(path, id);
        }

        return id;
    }

    /// <inheritdoc/>
    public byte[]? ReadFile(string path)
    {
        string full = Full(path);
        try
        {
            return File.Exists(full) ? File.ReadAllBytes(full) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{full}: cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path, bool recurse = true)
    {
        string full = Full(path);
        if (File.Exists(full))
        {
            return [path];
        }

        if (!Directory.Exists(full))
        {
            return [];
        }

        var options = new EnumerationOptions
        {
            RecurseSubdirectories = recurse,
            IgnoreInaccessible = false,

            // Links, as in git's trees, are no files: one to a folder above would not end.
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        return
        [
            .. Directory.EnumerateFiles(full, "*", options)
                .Select(f => Path.GetRelativePath(_root, f))
                .Order(StringComparer.Ordinal),
        ];
    }

    private string Full(string path) => Path.Combine(_root, path);

    private string? FindId(string path)
    {
        if (ReadFile(path) is { } bytes)
        {
            return ContentHash.Of(bytes);
        }

        IReadOnlyList<string> files = ListFiles(path);
        if (files.Count == 0)
        {
            return null;
        }

        using var hash = new ContentHash();
        foreach (string file in files)
        {
            // Relative, so that the same folder elsewhere in a tree has the same name.
            hash.Add(file[(path.Length + 1)..]).Add(ReadFile(file)!);
        }

        return hash.Finish();
    }
}
