// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// Finds kernels by name: the distribution's ("debian/6.12", imported when first asked for),
/// or a revision of the user's own tree. Repositories stay open until it is disposed.
/// </summary>
public sealed class KernelSources : IDisposable
{
    private readonly CacheDirectory _cache;
    private readonly KernelImporter _importer;
    private readonly IKernelArchive _archive;
    private readonly TextWriter _messages;
    private readonly Dictionary<string, KernelRepository> _open = new(StringComparer.Ordinal);

    /// <summary>Keeps imports in a cache, and tells the user of anything slow.</summary>
    /// <param name="cache">Holds the repository of imported kernels, kernels.git.</param>
    /// <param name="messages">Where progress goes; usually standard error.</param>
    public KernelSources(CacheDirectory cache, TextWriter messages)
        : this(cache, messages, new AptArchive(cache, messages))
    {
    }

    /// <summary>The same, with an archive of one's own.</summary>
    /// <param name="cache">Holds the repository of imported kernels.</param>
    /// <param name="messages">Where progress goes.</param>
    /// <param name="archive">Asked for kernels that are neither imported nor installed.</param>
    public KernelSources(CacheDirectory cache, TextWriter messages, IKernelArchive archive)
    {
        _cache = cache;
        _importer = new KernelImporter(cache);
        _archive = archive;
        _messages = messages;
    }

    /// <summary>Finds a kernel.</summary>
    /// <param name="treePath">A git repository with the kernel, or null for a named one.</param>
    /// <param name="revision">A revision of it, or a name such as "debian/6.12".</param>
    /// <param name="cancel">Stops an import.</param>
    /// <exception cref="UserErrorException">There is no such kernel.</exception>
    public KernelRevision Open(string? treePath, string revision, CancellationToken cancel)
    {
        if (treePath is not null)
        {
            return Repository(treePath).Resolve(revision);
        }

        KernelPackage package = KernelPackage.FromName(revision)
            ?? throw new UserErrorException(
                $"{revision}: not a kernel known by name, which look like debian/6.12 or " +
                "debian/6.12@6.12.95; for a revision of a tree of your own, say --tree PATH");
        return Open(package, cancel);
    }

    /// <summary>Finds the distribution's kernel, fetching and importing it if need be.</summary>
    /// <exception cref="UserErrorException">It cannot be had.</exception>
    public KernelRevision Open(KernelPackage package, CancellationToken cancel)
    {
        string? installed = package.InstalledVersion(cancel);
        if (installed is not null && !package.Accepts(installed))
        {
            installed = null;
        }

        string commit = _importer.Find(package, installed, cancel)
            ?? (installed is null
                ? ImportFromArchive(package, cancel)
                : Import(package, installed, package.Archive, cancel));
        return Repository(_importer.RepositoryPath).Resolve(commit, package.Name);
    }

    /// <summary>Takes a kernel that is not in git: a folder, or an archive, which is imported
    /// when it is first seen.</summary>
    /// <param name="path">The folder, or a .tar, .tar.gz or .tar.xz; it also names it.</param>
    /// <param name="cancel">Stops an import.</param>
    /// <exception cref="UserErrorException">It does not hold a kernel.</exception>
    public ISourceTree OpenSource(string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            return SourceFolder.Open(path);
        }

        string commit = _importer.ImportFile(
            path,
            ContentHash.OfFile(path),
            () => _messages.WriteLine($"importing {path}"),
            cancel);
        return Repository(_importer.RepositoryPath).Resolve(commit, path);
    }

    /// <summary>What is known of the kernels that have names.</summary>
    /// <returns>One entry for each of <see cref="KernelPackage.DefaultNames"/> and for each
    /// kernel that was imported.</returns>
    public IReadOnlyList<KernelStatus> List(CancellationToken cancel)
    {
        var known = new List<KernelStatus>();
        foreach (string name in KernelPackage.DefaultNames
            .Union(_importer.Branches(cancel), StringComparer.Ordinal))
        {
            KernelPackage package = KernelPackage.FromName(name)!;
            string? commit = _importer.Find(package, null, cancel);
            KernelRevision? revision = commit is null
                ? null
                : Repository(_importer.RepositoryPath).Resolve(commit, name);
            known.Add(new KernelStatus(package, package.InstalledVersion(cancel), revision));
        }

        return known;
    }

    /// <summary>What the archive has.</summary>
    /// <exception cref="UserErrorException">It cannot be reached.</exception>
    public IReadOnlyList<ArchivedKernel> ListArchive(CancellationToken cancel) =>
        _archive.List(cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KernelRepository repository in _open.Values)
        {
            repository.Dispose();
        }

        _open.Clear();
    }

    private string ImportFromArchive(KernelPackage package, CancellationToken cancel)
    {
        ArchivedKernel[] offered =
            [.. _archive.List(cancel).Where(k => k.Package == package.Package)];
        ArchivedKernel kernel = offered.FirstOrDefault(k => package.Accepts(k.Version))
            ?? throw new UserErrorException(offered.Length == 0
                ? $"{package.Name}: neither installed nor in the Debian archive; " +
                    "dmadiff kernels --available lists what there is"
                : $"{package.Name}: the Debian archive has no such version of " +
                    $"{package.Package}, but {string.Join(", ", offered.Select(k => k.Version))}");
        if (_importer.FindVersion(kernel.Version, cancel) is { } known)
        {
            return known;
        }

        string folder = _cache.PathOf("downloads");
        using IDisposable held = _cache.Lock("downloads", cancel);
        CacheDirectory.Empty(folder);
        try
        {
            string archive = Path.Combine(folder, package.Package + ".tar.xz");
            SourcePackageFile.ExtractArchive(
                _archive.Download(kernel, folder, cancel), archive, cancel);
            return Import(package, kernel.Version, archive, cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string Import(
        KernelPackage package, string version, string archive, CancellationToken cancel)
    {
        _messages.WriteLine($"importing {package.Name} from {package.Package} {version}");
        return _importer.Import(package, version, archive, cancel);
    }

    private KernelRepository Repository(string path)
    {
        string full = Path.GetFullPath(path);
        if (!_open.TryGetValue(full, out KernelRepository? repository))
        {
            repository = KernelRepository.Open(path);
            _open.Add(full, repository);
        }

        return repository;
    }
}
