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
    private const string Vendor = "debian";
    private const string TemporaryReference = "refs/heads/import";
    private readonly CacheDirectory _cache;

    public KernelImporter(CacheDirectory cache)
    {
        _cache = cache;
        RepositoryPath = cache.PathOf("kernels.git");
    }

    /// <summary>The bare repository.</summary>
    public string RepositoryPath { get; }

    /// <summary>
    /// The commit that a package was imported to, or null. With a version, the one with that
    /// version alone; without, the newest that was asked for, or the last imported.
    /// </summary>
    public string? Find(KernelPackage package, string? version, CancellationToken cancel)
    {
        if (version is not null)
        {
            return FindVersion(version, cancel);
        }

        return package.Version is null
            ? ReadReference(Branch(package), cancel)
            : Versions(cancel).Where(package.Accepts).Select(v => FindVersion(v, cancel))
                .FirstOrDefault();
    }

    /// <summary>The commit of a version such as "6.12.117-1", or null.</summary>
    public string? FindVersion(string version, CancellationToken cancel) =>
        ReadReference(VersionReference(version), cancel);

    /// <summary>Names of what was imported, such as "debian/6.1", in order of version.</summary>
    public IReadOnlyList<string> Branches(CancellationToken cancel) =>
        References("refs/heads/" + Vendor, "version:refname", cancel);

    /// <summary>
    /// Imports an archive unless that version is there, and, unless one version was asked
    /// for, moves the kernel's branch to it. An interrupted import leaves nothing behind that
    /// anything would look at.
    /// </summary>
    /// <returns>The commit.</returns>
    /// <exception cref="UserErrorException">The archive is damaged, or git failed.</exception>
    public string Import(
        KernelPackage package, string version, string archive, CancellationToken cancel)
    {
        using IDisposable held = _cache.Lock("kernels.git", cancel);
        EnsureRepository(cancel);
        string reference = VersionReference(version);
        string? commit = ReadReference(reference, cancel);
        if (commit is null)
        {
            commit = ImportArchive(archive, $"{package.Package} {version}\n", cancel);
            Git(["update-ref", reference, commit], cancel);
        }

        if (package.Version is null)
        {
            Git(["update-ref", Branch(package), commit], cancel);
        }

        return commit;
    }

    /// <summary>Imports an archive of the user's, unless one with its content is there.</summary>
    /// <param name="archive">A .tar, .tar.gz or .tar.xz.</param>
    /// <param name="content">A name for what is in it.</param>
    /// <param name="importing">Called before work that takes time.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The commit.</returns>
    /// <exception cref="UserErrorException">The archive is damaged, or git failed.</exception>
    public string ImportFile(
        string archive, string content, Action importing, CancellationToken cancel)
    {
        using IDisposable held = _cache.Lock("kernels.git", cancel);
        EnsureRepository(cancel);
        string reference = "refs/tags/archive/" + content;
        string? commit = ReadReference(reference, cancel);
        if (commit is null)
        {
            importing();
            commit = ImportArchive(archive, $"archive {content}\n", cancel);
            Git(["update-ref", reference, commit], cancel);
        }

        return commit;
    }

    private static string Branch(KernelPackage package) => "refs/heads/" + package.Name;

    /// <summary>Versions that were imported, newest first.</summary>
    private IEnumerable<string> Versions(CancellationToken cancel) =>
        References("refs/tags/" + Vendor, "-version:refname", cancel)
            .Select(r => r[(Vendor.Length + 1)..].Replace('_', '~').Replace('%', ':'));

    private string[] References(string below, string sort, CancellationToken cancel) =>
        Directory.Exists(RepositoryPath)
            ? Tool.Output(
                "git",
                [
                    .. Trusting, "--git-dir", RepositoryPath,
                    "for-each-ref", "--sort=" + sort, "--format=%(refname:strip=2)", below,
                ],
                cancel).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : [];

    /// <summary>A tag named as Debian's DEP-14 names them: no '~' or ':' in a reference.</summary>
    private static string VersionReference(string version) =>
        $"refs/tags/{Vendor}/{version.Replace('~', '_').Replace(':', '%')}";

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
    private string ImportArchive(string archive, string message, CancellationToken cancel)
    {
        string temporary = FreshFolder("kernels.git.import");
        try
        {
            InitializeBare(temporary, cancel);
            FeedGit(archive, temporary, message, cancel);
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
        using Process unpack = Decompress(archive);
        using Process git = Tool.Start(
            "git",
            [
                .. Trusting, "--git-dir", repository, "-c", "core.compression=1",
                "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--done",
                "--depth=0",
            ]);
        using CancellationTokenRegistration kill = cancel.Register(() =>
        {
            Tool.Kill(unpack);
            Tool.Kill(git);
        });
        unpack.StandardInput.Close();
        Task<string> unpackErrors = unpack.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> gitErrors = git.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> gitOutput = git.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Exception? failure = null;
        try
        {
            Pump(unpack, git, message, cancel);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
        {
            failure = e;
            Tool.Kill(git);
        }

        unpack.StandardOutput.Close();
        unpack.WaitForExit();
        git.WaitForExit();
        Tool.ThrowIfInterrupted(unpack, cancel);
        Tool.ThrowIfInterrupted(git, cancel);
        gitOutput.GetAwaiter().GetResult();
        string why =
            $"{unpackErrors.GetAwaiter().GetResult()} {gitErrors.GetAwaiter().GetResult()}";
        if (failure is not null || unpack.ExitCode != 0 || git.ExitCode != 0)
        {
            string reason = why.Trim().Length > 0
                ? why.Trim().Split('\n')[0]
                : failure?.Message ?? "unknown";
            throw new UserErrorException($"{archive}: cannot import it: {reason}");
        }
    }

    private static Process Decompress(string archive) => Path.GetExtension(archive) switch
    {
        ".xz" => Tool.Start("xz", ["-dc", "--", archive]),
        ".gz" or ".tgz" => Tool.Start("gzip", ["-dc", "--", archive]),
        ".tar" => Tool.Start("cat", ["--", archive]),
        _ => throw new UserErrorException(
            $"{archive}: not an archive that can be read (.tar, .tar.gz, .tgz or .tar.xz)"),
    };

    private static void Pump(Process unpack, Process git, string message, CancellationToken cancel)
    {
        const int chunk = 1 << 20;
        using var tar = new BufferedStream(unpack.StandardOutput.BaseStream, chunk);
        using (var stream = new BufferedStream(git.StandardInput.BaseStream, chunk))
        {
            FastImportWriter.Write(tar, stream, TemporaryReference, message, cancel);
        }

        // Trailing padding: the program must not be cut short, or that would look like a failure.
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
