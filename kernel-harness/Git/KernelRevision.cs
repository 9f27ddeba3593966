// SPDX-License-Identifier: GPL-2.0-only
using LibGit2Sharp;

namespace Dmadiff.KernelHarness.Git;

/// <summary>One kernel: a commit of a <see cref="KernelRepository"/>.</summary>
public sealed class KernelRevision : ISourceTree
{
    private readonly Tree _tree;

    private KernelRevision(
        KernelRepository owner, string name, Commit commit)
    {
        Owner = owner;
        Name = name;
        _tree = commit.Tree;
        CommitId = commit.Sha;
        Subject = commit.MessageShort;
    }

    /// <summary>The repository it lives in.</summary>
    public KernelRepository Owner { get; }

    /// <summary>The revision as it was asked for.</summary>
    public string Name { get; }

    /// <summary>The commit's full id, 40 hexadecimal digits.</summary>
    public string CommitId { get; }

    /// <summary>The id of its tree.</summary>
    internal string TreeId => _tree.Sha;

    /// <summary>First line of the commit's message.</summary>
    public string Subject { get; }

    /// <summary>
    /// The version its Makefile states, such as "6.12.117" or "6.1.0-rc1"; empty when it
    /// states none.
    /// </summary>
    public string KernelVersion => KernelLandmark.VersionOf(this);

    /// <inheritdoc/>
    public string? ContentId(string path) => Read(path, () => Find(path)?.Target.Sha);

    /// <inheritdoc/>
    public byte[]? ReadFile(string path) => Read(path, () =>
    {
        if (Find(path) is not { TargetType: TreeEntryTargetType.Blob } entry)
        {
            return null;
        }

        var blob = (Blob)entry.Target;
        Owner.Loose.Check(blob.Sha);
        using Stream content = blob.GetContentStream();
        var bytes = new byte[blob.Size];
        content.ReadExactly(bytes);
        return bytes;
    });

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path, bool recurse = true) => Read(path, () =>
    {
        var files = new List<string>();
        switch (Find(path))
        {
            case { TargetType: TreeEntryTargetType.Tree } folder:
                Collect((Tree)folder.Target, path + "/", recurse, files);
                files.Sort(StringComparer.Ordinal);
                break;
            case { TargetType: TreeEntryTargetType.Blob }:
                files.Add(path);
                break;
        }

        return files;
    });

    /// <summary>Checks that the commit holds a kernel.</summary>
    internal static KernelRevision Create(
        KernelRepository owner, string name, Commit commit)
    {
        var revision = new KernelRevision(owner, name, commit);
        if (revision.ContentId(KernelLandmark.Header) is null)
        {
            throw new UserErrorException(
                $"{owner.Path}: revision {name} is not a Linux kernel " +
                $"(it has no {KernelLandmark.Header})");
        }

        return revision;
    }

    /// <summary>
    /// What a partial clone left out is not fetched: that would write to the user's
    /// repository.
    /// </summary>
    private T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (NotFoundException e)
        {
            throw new UserErrorException(
                $"{Owner.Path}: the content of {path} in {Name} is not in this repository; " +
                "if it is a partial clone, complete it with: " +
                "git fetch --refetch --no-filter origin",
                e);
        }
        catch (LibGit2SharpException e)
        {
            throw new UserErrorException(
                $"{Owner.Path}: cannot read {path} of {Name}: {e.Message}", e);
        }
    }

    private TreeEntry? Find(string path) => Owner.Folders.Find(_tree, path);

    private void Collect(Tree folder, string prefix, bool recurse, List<string> files)
    {
        Owner.Loose.Check(folder.Sha);
        foreach (TreeEntry entry in folder)
        {
            if (entry.TargetType == TreeEntryTargetType.Blob && entry.Mode != Mode.SymbolicLink)
            {
                files.Add(prefix + entry.Name);
            }
            else if (recurse && entry.TargetType == TreeEntryTargetType.Tree)
            {
                Collect((Tree)entry.Target, prefix + entry.Name + "/", recurse, files);
            }
        }
    }
}
