// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Series;

/// <summary>
/// The repository in the cache that the commits of series go to. It borrows the objects of the
/// repository that has their base, which nothing is written to.
/// </summary>
internal sealed class SeriesStore
{
    private SeriesStore(string path)
    {
        Path = path;
        Git = new PrivateGit(path);
    }

    /// <summary>The bare repository.</summary>
    public string Path { get; }

    /// <summary>Runs git on it.</summary>
    public PrivateGit Git { get; }

    /// <summary>The store that belongs to a repository.</summary>
    /// <param name="cache">Where stores are kept.</param>
    /// <param name="lender">The repository that has the kernels.</param>
    /// <param name="cancel">Stops waiting for another run that makes it.</param>
    /// <exception cref="UserErrorException">git failed.</exception>
    public static SeriesStore Open(
        CacheDirectory cache, KernelRepository lender, CancellationToken cancel)
    {
        string[] places = Tool.Output(
            "git",
            [
                "-c", "safe.directory=*", "-C", lender.Path, "rev-parse",
                "--path-format=absolute", "--git-path", "objects", "--git-path", "shallow",
            ],
            cancel).Split('\n');
        string entry = "series/" + ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(places[0]));
        cache.Ensure(entry, folder => Fill(folder, places[0], cancel), cancel);
        var store = new SeriesStore(cache.PathOf(entry));
        store.Limit(places[1]);
        return store;
    }

    /// <summary>A bare one: git reads no attributes there that a tree or a patch brings.
    /// </summary>
    private static void Fill(string folder, string objects, CancellationToken cancel)
    {
        PrivateGit.Create(folder, cancel);
        string lent = System.IO.Path.Combine(folder, "objects", "info");
        Directory.CreateDirectory(lent);
        File.WriteAllText(System.IO.Path.Combine(lent, "alternates"), objects + "\n");
    }

    /// <summary>Where the history ends in a shallow clone, it ends here.</summary>
    private void Limit(string shallow)
    {
        string own = System.IO.Path.Combine(Path, "shallow");
        if (File.Exists(shallow))
        {
            File.Copy(shallow, own, overwrite: true);
        }
        else
        {
            File.Delete(own);
        }
    }
}
