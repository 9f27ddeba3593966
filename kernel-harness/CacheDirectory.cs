// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness;

/// <summary>
/// The folder that keeps what is costly to make again: imported kernels, exported trees,
/// builds. Entries appear in one step (a rename), so that an interrupted run leaves nothing
/// half made, and are made under a lock, so that two runs do not make the same one twice.
/// </summary>
public sealed class CacheDirectory
{
    private const string TemporaryPrefix = "tmp-";
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Uses the folder <paramref name="root"/>, which need not exist yet.</summary>
    public CacheDirectory(string root)
    {
        Root = Path.GetFullPath(root);
    }

    /// <summary>The folder's absolute path.</summary>
    public string Root { get; }

    /// <summary>
    /// <c>$XDG_CACHE_HOME/dmadiff</c>, or <c>~/.cache/dmadiff</c>. As the XDG specification
    /// asks, a relative XDG_CACHE_HOME is ignored.
    /// </summary>
    /// <exception cref="UserErrorException">There is no home folder either.</exception>
    public static CacheDirectory ForUser()
    {
        string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!string.IsNullOrEmpty(xdg) && Path.IsPathRooted(xdg))
        {
            return new CacheDirectory(Path.Combine(xdg, "dmadiff"));
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (home.Length == 0)
        {
            throw new UserErrorException(
                "no place for the cache: neither XDG_CACHE_HOME nor HOME is set");
        }

        return new CacheDirectory(Path.Combine(home, ".cache", "dmadiff"));
    }

    /// <summary>The path of an entry; it may not exist.</summary>
    public string PathOf(params ReadOnlySpan<string> parts) =>
        Path.Combine([Root, .. parts]);

    /// <summary>
    /// Waits until no other run holds the lock called <paramref name="name"/>, then holds it
    /// until it is disposed. The lock goes with the process, however that ends.
    /// </summary>
    /// <exception cref="UserErrorException">The cache cannot be written.</exception>
    public IDisposable Lock(string name, CancellationToken cancel)
    {
        string path = PathOf("locks", name);
        CreateFolder(Path.GetDirectoryName(path)!);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new UserErrorException($"cannot write the cache: {e.Message}", e);
            }
            catch (IOException) when (File.Exists(path))
            {
                cancel.WaitHandle.WaitOne(LockPoll);
            }
        }
    }

    /// <summary>
    /// Makes the folder <paramref name="entry"/> (a path inside the cache) unless it exists.
    /// </summary>
    /// <param name="entry">Path of the folder, relative to the cache.</param>
    /// <param name="fill">Writes the contents to the empty folder it is given; an exception
    /// from it leaves no trace.</param>
    /// <param name="cancel">Stops waiting for another run that is making it.</param>
    /// <returns>True when it was made by this call.</returns>
    public bool Ensure(string entry, Action<string> fill, CancellationToken cancel)
    {
        string final = PathOf(entry);
        if (Directory.Exists(final))
        {
            MarkUsed(final);
            return false;
        }

        using IDisposable held = Lock(entry.Replace('/', '-'), cancel);
        if (Directory.Exists(final))
        {
            return false;
        }

        string parent = Path.GetDirectoryName(final)!;
        CreateFolder(parent);

        // Named after the entry: what a killed run left behind is found and reused.
        string temporary = Path.Combine(parent, TemporaryPrefix + Path.GetFileName(final));
        DeleteFolder(temporary);
        Directory.CreateDirectory(temporary);
        try
        {
            fill(temporary);
            cancel.ThrowIfCancellationRequested();
            Directory.Move(temporary, final);
        }
        finally
        {
            DeleteFolder(temporary);
        }

        return true;
    }

    /// <summary>Makes a folder, or clears the one that is there.</summary>
    internal static void Empty(string path)
    {
        DeleteFolder(path);
        CreateFolder(path);
    }

    /// <summary>Notes that an entry was of use just now, for those that prune.</summary>
    private static void MarkUsed(string folder)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that can only be read works all the same.
        }
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write the cache: {e.Message}", e);
        }
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
