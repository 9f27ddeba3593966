// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness;

/// <summary>What one part of the cache holds.</summary>
/// <param name="Name">The folder.</param>
/// <param name="Entries">How many things are in it.</param>
/// <param name="Bytes">What they take, in bytes.</param>
public sealed record CachePart(string Name, int Entries, long Bytes);

/// <summary>What came of pruning.</summary>
/// <param name="Removed">Entries removed.</param>
/// <param name="FreedBytes">What they took, in bytes.</param>
/// <param name="LeftBytes">What is left, without imported kernels.</param>
public sealed record PruneResult(int Removed, long FreedBytes, long LeftBytes);

/// <summary>What the cache holds, and how it is kept from growing without end.</summary>
/// <param name="cache">The cache.</param>
public sealed class CacheInventory(CacheDirectory cache)
{
    /// <summary>What may be kept when nobody says otherwise, in bytes, imported kernels not
    /// counted.</summary>
    public const long DefaultLimitBytes = 2L << 30;

    /// <summary>Imported kernels are never pruned: they take long to make again.</summary>
    private const string Kernels = "kernels.git";

    /// <summary>An entry that is being removed, or that a run was interrupted at, begins so.
    /// </summary>
    private const string Doomed = "tmp-pruned-";

    /// <summary>Each has a folder for every entry, all of which can be made again.</summary>
    private static readonly string[] Prunable =
        ["apt", "builds", "headers", "hosts", "inputs", "objects", "series", "trees", "verdicts"];

    /// <summary>What was used more recently may be in use by another run right now.</summary>
    private static readonly TimeSpan MaybeInUse = TimeSpan.FromMinutes(10);

    /// <summary>The parts of the cache that exist, imported kernels first.</summary>
    public IReadOnlyList<CachePart> Parts()
    {
        var parts = new List<CachePart>();
        if (Directory.Exists(cache.PathOf(Kernels)))
        {
            parts.Add(new CachePart(Kernels, 1, SizeOf(new(cache.PathOf(Kernels)))));
        }

        foreach (string kind in Prunable)
        {
            DirectoryInfo[] entries = Entries(kind);
            if (entries.Length > 0)
            {
                parts.Add(new CachePart(kind, entries.Length, entries.Sum(SizeOf)));
            }
        }

        return parts;
    }

    /// <summary>Removes entries, those unused for longest first, until the rest fits.</summary>
    /// <param name="limitBytes">What may be left, in bytes, imported kernels not counted.
    /// </param>
    /// <param name="cancel">Stops between two entries.</param>
    public PruneResult Prune(long limitBytes, CancellationToken cancel)
    {
        (string Kind, DirectoryInfo Folder, long Bytes)[] entries =
        [
            .. Prunable
                .SelectMany(kind => Entries(kind).Select(e => (kind, e, SizeOf(e))))
                .OrderBy(e => e.e.LastWriteTimeUtc)
                .ThenBy(e => e.e.FullName, StringComparer.Ordinal),
        ];
        long total = entries.Sum(e => e.Bytes);
        long freed = 0;
        int removed = 0;
        DateTime newest = DateTime.UtcNow - MaybeInUse;
        foreach ((string kind, DirectoryInfo folder, long bytes) in entries)
        {
            cancel.ThrowIfCancellationRequested();
            if (total - freed <= limitBytes || folder.LastWriteTimeUtc > newest)
            {
                break;
            }

            removed += Remove(kind, folder, cancel) ? 1 : 0;
            freed += bytes;
        }

        return new PruneResult(removed, freed, total - freed);
    }

    /// <returns>False when another run has removed it meanwhile, or had begun to.</returns>
    private bool Remove(string kind, DirectoryInfo folder, CancellationToken cancel)
    {
        bool isDoomed = folder.Name.StartsWith(Doomed, StringComparison.Ordinal);
        string name = isDoomed ? folder.Name[Doomed.Length..] : folder.Name;

        // Under the lock that its maker holds, and out of sight in one step: nobody finds
        // half an entry.
        using IDisposable held = cache.Lock($"{kind}-{name}", cancel);
        if (!Directory.Exists(folder.FullName))
        {
            return false;
        }

        string doomed = cache.PathOf(kind, Doomed + name);
        if (!isDoomed)
        {
            if (Directory.Exists(doomed))
            {
                Directory.Delete(doomed, recursive: true);
            }

            Directory.Move(folder.FullName, doomed);
        }

        Directory.Delete(doomed, recursive: true);
        return !isDoomed;
    }

    private DirectoryInfo[] Entries(string kind)
    {
        var folder = new DirectoryInfo(cache.PathOf(kind));
        return folder.Exists ? folder.GetDirectories() : [];
    }

    // Another run may rename or remove an entry, or a file of it, at any time.
    private static long SizeOf(DirectoryInfo folder)
    {
        try
        {
            return folder
                .EnumerateFiles("*", new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    AttributesToSkip = FileAttributes.ReparsePoint,
                })
                .Sum(file => file.Length);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return 0;
        }
    }
}
