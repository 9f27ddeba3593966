// SPDX-License-Identifier: GPL-2.0-only
using LibGit2Sharp;

namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// Makes trees that differ from others in a few files, without an index: a kernel's has
/// 80,000 entries, of which a patch touches five.
/// </summary>
internal sealed class TreeWriter : IDisposable
{
    private readonly Repository _repository;

    /// <summary>Writes to a repository.</summary>
    /// <param name="path">A bare repository of dmadiff's own.</param>
    public TreeWriter(string path)
    {
        NativeLibgit2.Initialize();
        _repository = new Repository(path);
    }

    /// <summary>Makes a tree.</summary>
    /// <param name="commit">The commit whose tree it differs from.</param>
    /// <param name="edits">Mode and blob by path; null removes the file.</param>
    /// <returns>The tree's id; the commit's own if nothing differs.</returns>
    /// <exception cref="UserErrorException">An object is missing or damaged.</exception>
    public string Write(
        string commit, IEnumerable<KeyValuePair<string, (string Mode, string Blob)?>> edits)
    {
        try
        {
            Tree tree = _repository.Lookup<Commit>(commit).Tree;
            var definition = TreeDefinition.From(tree);
            foreach ((string path, (string Mode, string Blob)? file) in edits)
            {
                if (file is { } content)
                {
                    Add(definition, path, content.Mode, content.Blob);
                }
                else
                {
                    definition.Remove(path);
                    RemoveEmptied(definition, path);
                }
            }

            return _repository.ObjectDatabase.CreateTree(definition).Sha;
        }
        catch (LibGit2SharpException e)
        {
            throw new UserErrorException(
                $"{_repository.Info.Path}: cannot make a tree on {commit}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _repository.Dispose();

    private void Add(TreeDefinition definition, string path, string mode, string blob)
    {
        const string link = "160000";
        if (mode == link)
        {
            definition.AddGitLink(path, new ObjectId(blob));
            return;
        }

        definition.Add(path, _repository.Lookup<Blob>(blob), mode switch
        {
            "100755" => Mode.ExecutableFile,
            "120000" => Mode.SymbolicLink,
            _ => Mode.NonExecutableFile,
        });
    }

    /// <summary>git knows no empty folders.</summary>
    private void RemoveEmptied(TreeDefinition definition, string path)
    {
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            string folder = path[..slash];
            if (definition[folder] is not { } entry)
            {
                return;
            }

            var inside = _repository.Lookup<Tree>(entry.TargetId);
            if (inside is { Count: > 0 })
            {
                return;
            }

            definition.Remove(folder);
        }
    }
}
