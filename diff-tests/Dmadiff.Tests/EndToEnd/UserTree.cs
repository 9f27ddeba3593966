// SPDX-License-Identifier: GPL-2.0-only
using System.Security.Cryptography;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>
/// A user's repository: a released kernel and, on branch main, a commit with an edit on top.
/// Objects of the release are borrowed from the cache, and nothing is checked out.
/// </summary>
internal sealed class UserTree
{
    private readonly Command _command;

    private UserTree(string path, Command command)
    {
        Path = path;
        _command = command;
    }

    public string Path { get; }

    public static UserTree Create(
        TemporaryFolder folder, string name, RealKernel kernel, SourceEdit edit)
    {
        var command = new Command { Folder = folder.Root };
        var tree = new UserTree(folder[name], command);
        command.Tool("git", ["init", "--quiet", "--initial-branch=main", name]);
        string owner = tree.GitAt(kernel.Tree.Owner.Path, "rev-parse", "--absolute-git-dir");
        folder.Write($"{name}/.git/objects/info/alternates", owner + "/objects\n");

        string blob = command.Tool(
            "git", ["-C", tree.Path, "hash-object", "-w", "--stdin"], edit.Text(kernel.Tree));
        (string, string) index = ("GIT_INDEX_FILE", folder[name + ".index"]);
        string[] git = ["-C", tree.Path, "-c", "user.name=Tester", "-c", "user.email=t@localhost"];
        command.Tool("git", [.. git, "read-tree", kernel.Tree.CommitId], "", index);
        command.Tool(
            "git",
            [.. git, "update-index", "--cacheinfo", $"100644,{blob},{edit.File}"],
            "",
            index);
        string root = command.Tool("git", [.. git, "write-tree"], "", index);
        string commit = command.Tool(
            "git",
            [.. git, "commit-tree", root, "-p", kernel.Tree.CommitId, "-m", "swiotlb: an edit"]);
        tree.GitAt(tree.Path, "update-ref", "refs/heads/main", commit);
        return tree;
    }

    /// <summary>A hash over the names and contents of all files.</summary>
    public string Fingerprint()
    {
        string[] files = Directory.GetFiles(Path, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return string.Join('\n', files.Select(
            f => f + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))));
    }

    private string GitAt(string path, params string[] arguments) =>
        _command.Tool("git", ["-C", path, .. arguments]);
}
