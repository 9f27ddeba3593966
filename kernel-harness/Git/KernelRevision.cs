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

    /// <summary>First line of the commit's message.</summary>
    public string Subject { get; }

    /// <summary>
    /// The version its Makefile states, such as "6.12.117" or "6.1.0-rc1"; empty when it
    /// states none.
    /// </summary>
    public string KernelVersion => KernelLandmark.VersionOf(this);

    /// <inheritdoc/>
    public string? ContentId(string path) => _tree[path]?.Target.Sha;

    /// <inheritdoc/>
    public byte[]? ReadFile(string path)
    {
        if (_tree[path] is not { TargetType: TreeEntryTargetType.Blob } entry)
        {
            return null;
        }

        // A blob that a partial clone left out cannot be read, and is not fetched: this tool
        // never writes to the user's repository.
        try
        {
            var blob = (Blob)entry.Target;
            using Stream content = blob.GetContentStream();
            var bytes = new byte[blob.Size];
            content.ReadExactly(bytes);
            return bytes;
        }
        catch (LibGit2SharpException e)
        {
            throw new UserErrorException(
                $"{Owner.Path}: cannot read {path} of {Name}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path, bool recurse = true)
    {
        var files = new List<string>();
        switch (_tree[path])
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
    }

    /// <summary>Checks that the commit holds a kernel.</summary>
    internal static KernelRevision Create(
        KernelRepository owner, string name, Commit commit)
    {
        var revision = new KernelRevision(owner, name, commit);
        if (revision._tree[KernelLandmark.Header] is null)
        {
            throw new UserErrorException(
                $"{owner.Path}: revision {name} is not a Linux kernel (it has no {KernelLandmark.Header})");
        }

        return revision;
    }

    private static void Collect(Tree folder, string prefix, bool recurse, List<string> files)
    {
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
