// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// Finds kernels by name: the distribution's ("debian/6.12", imported when first asked for),
/// or a revision of the user's own tree. Repositories stay open until it is disposed.
/// </summary>
public sealed class KernelSources : IDisposable
{
    private readonly KernelImporter _importer;
    private readonly PackageInstaller _installer;
    private readonly TextWriter _messages;
    private readonly Dictionary<string, KernelRepository> _open = new(StringComparer.Ordinal);

    /// <summary>Keeps imports in a cache, and tells the user of anything slow.</summary>
    /// <param name="cache">Holds the repository of imported kernels, kernels.git.</param>
    /// <param name="messages">Where progress goes; usually standard error.</param>
    public KernelSources(CacheDirectory cache, TextWriter messages)
        : this(cache, messages, new PackageInstaller(messages))
    {
    }

    internal KernelSources(CacheDirectory cache, TextWriter messages, PackageInstaller installer)
    {
        _importer = new KernelImporter(cache);
        _installer = installer;
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
                $"{revision}: not a kernel known by name, which look like debian/6.12; for a " +
                "revision of a tree of your own, say --tree PATH");
        return Open(package, cancel);
    }

    /// <summary>Finds the distribution's kernel, installing and importing it if need be.</summary>
    /// <exception cref="UserErrorException">It cannot be had.</exception>
    public KernelRevision Open(KernelPackage package, CancellationToken cancel)
    {
        string? version = package.InstalledVersion(cancel);
        string? commit = version is null
            ? _importer.FindAny(package, cancel)
            : _importer.FindImported(package, version, cancel);
        if (commit is null)
        {
            commit = Import(package, version, cancel);
        }

        return Repository(_importer.RepositoryPath).Resolve(commit).Named(package.Name);
    }

    /// <summary>What is known of the kernels that have names.</summary>
    /// <returns>One entry for each of <see cref="KernelPackage.DefaultNames"/>.</returns>
    public IReadOnlyList<KernelStatus> List(CancellationToken cancel)
    {
        var known = new List<KernelStatus>();
        foreach (string name in KernelPackage.DefaultNames)
        {
            KernelPackage package = KernelPackage.FromName(name)!;
            string? commit = _importer.FindAny(package, cancel);
            KernelRevision? revision = commit is null
                ? null
                : Repository(_importer.RepositoryPath).Resolve(commit).Named(name);
            known.Add(new KernelStatus(package, package.InstalledVersion(cancel), revision));
        }

        return known;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KernelRepository repository in _open.Values)
        {
            repository.Dispose();
        }

        _open.Clear();
    }

    private string Import(KernelPackage package, string? version, CancellationToken cancel)
    {
        if (version is null)
        {
            _installer.Install([package.Package], cancel);
            version = package.InstalledVersion(cancel) ?? throw new UserErrorException(
                $"{package.Package} is installed, but {package.Archive} is not there");
        }

        _messages.WriteLine($"importing {package.Name} from {package.Package} {version}");
        return _importer.Import(package, version, cancel);
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
