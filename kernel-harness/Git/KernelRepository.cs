// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;
using LibGit2Sharp;

namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// A git repository that holds kernels: a work tree, a linked worktree or a bare one. It is
/// only read. Not safe for use by several threads at once.
/// </summary>
public sealed class KernelRepository : IDisposable
{
    private readonly Repository _repository;

    private KernelRepository(string path, Repository repository)
    {
        Path = path;
        _repository = repository;
        Loose = new LooseObjects(repository.Info.Path);
        Folders = new TreeListings(Loose);
    }

    /// <summary>The path it was opened by, absolute.</summary>
    public string Path { get; }

    /// <summary>Its objects that are not in packs.</summary>
    internal LooseObjects Loose { get; }

    /// <summary>Folders of its trees.</summary>
    internal TreeListings Folders { get; }

    /// <summary>Opens the repository at, or above, a path.</summary>
    /// <exception cref="UserErrorException">There is none, or it cannot be read.</exception>
    public static KernelRepository Open(string path)
    {
        NativeLibgit2.Initialize();
        string full = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            throw new UserErrorException($"{path}: no such folder");
        }

        // Discover() goes up from a subfolder, as git does.
        string? found = Repository.Discover(full);
        if (found is null)
        {
            throw new UserErrorException($"{path}: not a git repository");
        }

        try
        {
            return new KernelRepository(full, new Repository(found));
        }
        catch (LibGit2SharpException e)
        {
            throw new UserErrorException($"{path}: cannot read the repository: {e.Message}", e);
        }
    }

    /// <summary>Finds the kernel at a revision.</summary>
    /// <param name="revision">Anything git resolves to a commit.</param>
    /// <exception cref="UserErrorException">There is no such revision, or its tree is not a
    /// kernel's.</exception>
    public KernelRevision Resolve(string revision)
    {
        Commit commit = FindCommit(revision)
            ?? throw new UserErrorException($"{Path}: no such revision: {revision}");
        return KernelRevision.Create(this, revision, commit);
    }

    /// <summary>The same, under a name that users know it by.</summary>
    /// <param name="commit">Anything git resolves to a commit.</param>
    /// <param name="name">What reports call it.</param>
    /// <exception cref="UserErrorException">There is none, or it holds no kernel.</exception>
    public KernelRevision Resolve(string commit, string name) =>
        KernelRevision.Create(this, name, FindCommit(commit)
            ?? throw new UserErrorException($"{Path}: no such revision: {commit}"));

    /// <inheritdoc/>
    public void Dispose() => _repository.Dispose();

    private Commit? FindCommit(string revision)
    {
        LibGit2SharpException? failure = null;
        try
        {
            if (revision.Length > 0 && _repository.Lookup(revision)?.Peel<Commit>() is { } commit)
            {
                return commit;
            }
        }
        catch (Exception e) when (e is NotFoundException or InvalidSpecificationException)
        {
            // Not there, or syntax that only git itself knows: git is asked next.
        }
        catch (LibGit2SharpException e)
        {
            failure = e;
        }

        ToolResult parsed = Tool.Run(
            "git",
            [
                "-c", "safe.directory=*", "-C", Path, "rev-parse", "--quiet", "--verify",
                "--end-of-options", revision + "^{commit}",
            ],
            CancellationToken.None);
        if (parsed.ExitCode == 0)
        {
            return _repository.Lookup<Commit>(parsed.Output.Trim());
        }

        return failure is null
            ? null
            : throw new UserErrorException(
                $"{Path}: cannot read revision {revision}: {failure.Message}", failure);
    }
}
