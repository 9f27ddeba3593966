// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// The files of one kernel, addressed by path with forward slashes. Whether they come from a
/// commit as it is, from one with edits, or from a folder, is not visible.
/// </summary>
public interface ISourceTree
{
    /// <summary>What reports call it: "debian/6.12", "v6.1", "HEAD with 1 edit".</summary>
    string Name { get; }

    /// <summary>
    /// A name for the content at a path, the same wherever the content is the same; null when
    /// there is nothing. For a folder it covers everything below it.
    /// </summary>
    string? ContentId(string path);

    /// <summary>A file's bytes, or null when there is no such file.</summary>
    byte[]? ReadFile(string path);

    /// <summary>
    /// Paths of all files below a folder, or the path itself if it is a file; sorted, empty
    /// when there is nothing.
    /// </summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="recurse">False lists a folder's own files alone.</param>
    IReadOnlyList<string> ListFiles(string path, bool recurse = true);
}
