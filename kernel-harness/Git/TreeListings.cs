// SPDX-License-Identifier: GPL-2.0-only
using LibGit2Sharp;

namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// Folders of a repository's trees as they were read, found by the trees' ids: revisions of
/// one history share nearly all of them, and each is looked at for a thousand headers.
/// </summary>
/// <param name="loose">The repository's objects that are not in packs.</param>
internal sealed class TreeListings(LooseObjects loose)
{
    /// <summary>How many folders are kept. A kernel has some hundred that are built from.
    /// </summary>
    private const int MostKept = 4096;

    private readonly Dictionary<string, Dictionary<string, TreeEntry>> _known =
        new(StringComparer.Ordinal);

    /// <summary>What is at a path below a tree, or null.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="path">A path with forward slashes.</param>
    /// <exception cref="LibGit2SharpException">A tree on the way cannot be read.</exception>
    public TreeEntry? Find(Tree root, string path)
    {
        Tree folder = root;
        string[] names = path.Split('/');
        for (int i = 0; ; i++)
        {
            TreeEntry? entry = Of(folder).GetValueOrDefault(names[i]);
            if (i == names.Length - 1 || entry is not { TargetType: TreeEntryTargetType.Tree })
            {
                return i == names.Length - 1 ? entry : null;
            }

            folder = (Tree)entry.Target;
        }
    }

    private Dictionary<string, TreeEntry> Of(Tree folder)
    {
        if (!_known.TryGetValue(folder.Sha, out Dictionary<string, TreeEntry>? entries))
        {
            loose.Check(folder.Sha);
            entries = folder.ToDictionary(e => e.Name, StringComparer.Ordinal);
            if (_known.Count >= MostKept)
            {
                _known.Clear();
            }

            _known.Add(folder.Sha, entries);
        }

        return entries;
    }
}
