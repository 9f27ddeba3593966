// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Concurrent;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Hashes of the files that builds read, each read once until it is said to have changed.
/// </summary>
internal sealed class FileHashes
{
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The hash of a file's content; "-" when it is not there.</summary>
    public string Of(string path) => _known.GetOrAdd(
        path, static p => File.Exists(p) ? ContentHash.Of(File.ReadAllBytes(p)) : "-");

    /// <summary>Notes that a file has changed.</summary>
    public void Forget(string path) => _known.TryRemove(path, out _);
}
