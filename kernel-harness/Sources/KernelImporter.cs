// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// Imports source archives into the local bare repository, so that everything else sees only
/// git revisions. Every archive is one root commit, with the same id on every machine.
/// </summary>
internal sealed class KernelImporter
{
    private const string TemporaryReference = "refs/heads/import";
    private readonly CacheDirectory _cache;

    public KernelImporter(CacheDirectory cache)
    {
        _cache = cache;
        RepositoryPath = cache.PathOf("kernels.git");
    }

    /// <summary>The bare repository.</summary>
    public string RepositoryPath { get; }

    /// <summary>The commit that an archive of this version was imported to, or null.</summary>
    public string? FindImported(KernelPackage package, string version, CancellationToken cancel) =>
        ReadReference(VersionReference(package, version), cancel);

    /// <summary>The commit of whichever version was imported last, or null.</summary>
    public string? FindAny(KernelPackage package, CancellationToken cancel) =>
        ReadReference(Branch(package), cancel);

    /// <summary>
    /// Imports an archive unless that version is there, and moves the kernel's branch to it.
    /// An interrupted import leaves nothing behind that anything would look at.
    /// </summary>
    /// <returns>The commit.</returns>
    /// <exception cref="UserErrorException">The archive is damaged, or git failed.</exception>
    public string Import(KernelPackage package, string version, CancellationToken cancel)
    {
        using IDisposable held = _cache.Lock("kernels.git", cancel);
        EnsureRepository(cancel);
        string reference = VersionReference(package, version);
        string? commit = ReadReference(reference, cancel);
        if (commit is null)
        {
            commit = ImportArchive(package, version, cancel);
            Git(["update-ref", reference, commit], cancel);
        }

        Git(["update-ref", Branch(package), commit], cancel);
        return commit;
    }

    private static string Branch(KernelPackage package) => "refs/heads/" + package.Name;

    /// <summary>A tag named as Debian's DEP-14 names them: no '~' or ':' in a reference.</summary>
    private static string VersionReference(KernelPackage package, string version)
    {
        string vendor = package.Name[..package.Name.IndexOf('/')];
        return $"refs/tags/{vendor}/{version.Replace('~', '_').Replace(':', '%')}";
    }

    private string? ReadReference(string reference, CancellationToken cancel)
    {
        if (!Directory.Exists(RepositoryPath))
        {
            return null;
        }

        ToolResult parsed = Tool.Run(
            "git",
            [
                .. Trusting, "--git-dir", RepositoryPath,
                "rev-parse", "--quiet", "--verify", reference + "^{commit}",
            ],
            cancel);
        return parsed.ExitCode == 0 ? parsed.Output.Trim() : null;
    }

    /// <summary>The cache may be a volume that another user made.</summary>
    private static string[] Trusting => ["-c", "safe.directory=*"];

    private void Git(string[] arguments, CancellationToken cancel) =>
        Tool.Output("git", [.. Trusting, "--git-dir", RepositoryPath, .. arguments], cancel);

    private void EnsureRepository(CancellationToken cancel)
    {
        if (!Directory.Exists(RepositoryPath))
        {
            string temporary = FreshFolder("kernels.git.new");
            InitializeBare(temporary, cancel);
            Directory.Move(temporary, RepositoryPath);
        }
    }

    /// <summary>
    /// The import goes to a repository of its own, whose one pack then moves over: git leaves
    /// parts of packs behind when it is killed.
    /// </summary>
    private string ImportArchive(KernelPackage package, string version, CancellationToken cancel)
    {
        string temporary = FreshFolder("kernels.git.import");
        try
        {
            InitializeBare(temporary, cancel);
            string message = $"{package.Package} {version}\n";
            FeedGit(package.Archive, temporary, message, cancel);
            string commit = Tool.Output(
                "git",
                [.. Trusting, "--git-dir", temporary, "rev-parse", TemporaryReference],
                cancel).Trim();
            MoveObjects(
                Path.Combine(temporary, "objects"), Path.Combine(RepositoryPath, "objects"));
            return commit;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private string FreshFolder(string name)
    {
        string path = _cache.PathOf(name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        return path;
    }

    private static void InitializeBare(string path, CancellationToken cancel)
    {
        Tool.Output("git", ["init", "--quiet", "--bare", "--template=", path], cancel);

        // Nothing here is ever loose or unreachable: no need of background housekeeping.
        Tool.Output("git", [.. Trusting, "--git-dir", path, "config", "gc.auto", "0"], cancel);
    }

    private static void FeedGit(
        string archive, string repository, string message, CancellationToken cancel)
    {
        using Process xz = Tool.Start("xz", ["-dc", "--", archive]);
        using Process git = Tool.Start(
            "git",
            [
                .. Trusting, "--git-dir", repository, "-c", "core.compression=1",
                "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--done",
                "--depth=0",
            ]);
        using CancellationTokenRegistration kill = cancel.Register(() =>
        {
            Tool.Kill(xz);
            Tool.Kill(git);
        });
        xz.StandardInput.Close();
        Task<string> xzErrors = xz.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> gitErrors = git.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> gitOutput = git.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Exception? failure = null;
        try
        {
            Pump(xz, git, message, cancel);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
        {
            failure = e;
            Tool.Kill(git);
        }

        xz.StandardOutput.Close();
        xz.WaitForExit();
        git.WaitForExit();
        Tool.ThrowIfInterrupted(xz, cancel);
        Tool.ThrowIfInterrupted(git, cancel);
        gitOutput.GetAwaiter().GetResult();
        string why = $"{xzErrors.GetAwaiter().GetResult()} {gitErrors.GetAwaiter().GetResult()}";
        if (failure is not null || xz.ExitCode != 0 || git.ExitCode != 0)
        {
            string reason = why.Trim().Length > 0 ? why.Trim() : failure?.Message ?? "unknown";
            throw new UserErrorException($"{archive}: cannot import it: {reason}");
        }
    }

    private static void Pump(Process xz, Process git, string message, CancellationToken cancel)
    {
        const int chunk = 1 << 20;
        using var tar = new BufferedStream(xz.StandardOutput.BaseStream, chunk);
        using (var stream = new BufferedStream(git.StandardInput.BaseStream, chunk))
        {
            FastImportWriter.Write(tar, stream, TemporaryReference, message, cancel);
        }

        // Trailing padding: xz must not be cut short, or it would look like a failure.
        tar.CopyTo(Stream.Null);
    }

    /// <summary>
    /// Packs first, their indexes last: git looks for a pack by its index.
    /// </summary>
    private static void MoveObjects(string from, string to)
    {
        IOrderedEnumerable<string> files = Directory
            .EnumerateFiles(Path.Combine(from, "pack"))
            .OrderBy(f => f.EndsWith(".idx", StringComparison.Ordinal))
            .ThenBy(f => f, StringComparer.Ordinal);
        foreach (string file in files)
        {
            string target = Path.Combine(to, "pack", Path.GetFileName(file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(file, target, overwrite: true);
        }
    }
}
