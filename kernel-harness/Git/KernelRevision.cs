// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using LibGit2Sharp;

namespace Dmadiff.KernelHarness.Git;

/// <summary>One kernel: a commit of a <see cref="KernelRepository"/>.</summary>
public sealed partial class KernelRevision : ISourceTree
{
    /// <summary>Every kernel since 2.4 has it.</summary>
    private const string Landmark = "include/linux/kernel.h";

    private readonly Commit _commit;
    private readonly Tree _tree;

    private KernelRevision(
        KernelRepository owner, string name, Commit commit)
    {
        Owner = owner;
        Name = name;
        _commit = commit;
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
    public string KernelVersion => ReadFile("Makefile") is { } makefile
        ? VersionOf(Encoding.UTF8.GetString(makefile))
        : string.Empty;

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

    /// <summary>The same kernel under the name that users know it by.</summary>
    internal KernelRevision Named(string name) => new(Owner, name, _commit);

    /// <summary>Checks that the commit holds a kernel.</summary>
    internal static KernelRevision Create(
        KernelRepository owner, string name, Commit commit)
    {
        var revision = new KernelRevision(owner, name, commit);
        if (revision._tree[Landmark] is null)
        {
            throw new UserErrorException(
                $"{owner.Path}: revision {name} is not a Linux kernel (it has no {Landmark})");
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

    private static string VersionOf(string makefile)
    {
        string Value(string name) => Assignment().Matches(makefile)
            .FirstOrDefault(m => m.Groups["name"].Value == name)
            ?.Groups["value"].Value ?? string.Empty;

        string[] numbers = [Value("VERSION"), Value("PATCHLEVEL"), Value("SUBLEVEL")];
        return string.Join('.', numbers.Where(n => n.Length > 0)) + Value("EXTRAVERSION");
    }

    [GeneratedRegex(
        @"^(?<name>VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(?<value>\S*)[ \t]*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assignment();
}
