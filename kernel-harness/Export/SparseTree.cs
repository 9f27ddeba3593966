// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Export;

/// <summary>
/// A folder of one's own with some files of a kernel, brought from one revision to the next by
/// writing only those that differ.
/// </summary>
internal sealed class SparseTree
{
    private readonly Dictionary<string, string?> _content = new(StringComparer.Ordinal);

    /// <summary>Starts empty.</summary>
    /// <param name="folder">An empty folder.</param>
    public SparseTree(string folder)
    {
        Folder = folder;
    }

    /// <summary>Its absolute path.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder hold these files, and those asked for before, as they are in
    /// a tree. What the tree does not have is not there.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="paths">Files.</param>
    /// <param name="changed">Told the absolute path of each file that is new, other or gone.
    /// </param>
    /// <param name="cancel">Stops between two files.</param>
    public void Update(
        ISourceTree tree,
        IEnumerable<string> paths,
        Action<string> changed,
        CancellationToken cancel)
    {
        foreach (string path in paths.Union(_content.Keys, StringComparer.Ordinal).ToList())
        {
            cancel.ThrowIfCancellationRequested();
            string? content = tree.ContentId(path);
            if (_content.TryGetValue(path, out string? before) && before == content)
            {
                continue;
            }

            string target = Path.Combine(Folder, path);
            byte[]? bytes = content is null ? null : tree.ReadFile(path);
            if (bytes is null && before is not null)
            {
                File.Delete(target);
            }
            else if (bytes is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllBytes(target, bytes);
            }

            changed(target);
            _content[path] = content;
        }
    }
}
