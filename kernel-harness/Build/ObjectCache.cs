// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Compiled units, found by what they were compiled from: the unit and every header that the
/// compiler opened. Revisions that agree on those share the object, wherever else they differ.
/// </summary>
/// <remarks>
/// A unit has a folder, named after its path and how it is compiled. In it each object has a
/// list of the files it was made from, and both are named after those files' contents.
/// </remarks>
internal sealed class ObjectCache
{
    private const string ObjectSuffix = ".o";
    private const string InputsSuffix = ".inputs";

    /// <summary>Of what gcc says about the branches that an object counts.</summary>
    public const string NotesSuffix = ".gcno";

    private readonly string _root;
    private readonly BuildPaths _paths;
    private readonly FileHashes _hashes;

    public ObjectCache(CacheDirectory cache, BuildPaths paths, FileHashes hashes)
    {
        _root = cache.PathOf("objects");
        _paths = paths;
        _hashes = hashes;
    }

    /// <summary>The object for the files as they are now, or null.</summary>
    /// <param name="unitKey">Names the unit and how it is compiled.</param>
    public string? Find(string unitKey)
    {
        string folder = Path.Combine(_root, unitKey);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        foreach (string list in Directory.EnumerateFiles(folder, "*" + InputsSuffix))
        {
            string name = NameOf(File.ReadAllLines(list));
            string candidate = Path.Combine(folder, name + ObjectSuffix);
            if (Path.GetFileNameWithoutExtension(list) == name && File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Keeps an object.</summary>
    /// <param name="unitKey">Names the unit and how it is compiled.</param>
    /// <param name="compiled">The object; it is moved.</param>
    /// <param name="inputs">Paths of all files it was made from.</param>
    /// <returns>Where it is kept.</returns>
    public string Add(string unitKey, string compiled, IEnumerable<string> inputs)
    {
        string[] named = [.. inputs.Select(_paths.Abstract).Order(StringComparer.Ordinal)];
        string folder = Path.Combine(_root, unitKey);
        Directory.CreateDirectory(folder);
        string kept = Path.Combine(folder, NameOf(named));

        // The list last: it stands for an object that is whole.
        string notes = Path.ChangeExtension(compiled, NotesSuffix);
        if (File.Exists(notes))
        {
            File.Move(notes, kept + NotesSuffix, overwrite: true);
        }

        File.Move(compiled, kept + ObjectSuffix, overwrite: true);
        string list = compiled + InputsSuffix;
        File.WriteAllLines(list, named);
        File.Move(list, kept + InputsSuffix, overwrite: true);
        return kept + ObjectSuffix;
    }

    private string NameOf(string[] inputs)
    {
        using var hash = new ContentHash();
        foreach (string input in inputs)
        {
            hash.Add(input).Add(_hashes.Of(_paths.Expand(input)));
        }

        return hash.Finish();
    }
}
