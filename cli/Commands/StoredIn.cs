// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>Where snapshots are stored.</summary>
internal static class StoredIn
{
    /// <summary>The folder, below the current one, if none is named.</summary>
    public const string Default = "dmadiff-snapshots";

    /// <summary>The folder that was asked for, or the default. Nothing is begun inside the
    /// user's kernel tree unasked; what is stored there already was asked for once.</summary>
    /// <exception cref="UserErrorException">The default one would be made in the tree.</exception>
    public static string Folder(string? asked, string? tree)
    {
        if (asked is not null)
        {
            return asked;
        }

        if (tree is not null && !Directory.Exists(Default) && IsInside(tree))
        {
            throw new UserErrorException(
                $"{Default} would be made inside the tree {tree}; if that is meant, say "
                + $"--out {Default}, otherwise name another folder");
        }

        return Default;
    }

    private static bool IsInside(string tree)
    {
        string top = Path.TrimEndingDirectorySeparator(Top(Path.GetFullPath(tree)));
        string here = Path.GetFullPath(".");
        return here == top
            || here.StartsWith(top + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    // The folder that holds the repository, if a folder in the middle of it was named.
    private static string Top(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return at;
            }
        }

        return folder;
    }
}
