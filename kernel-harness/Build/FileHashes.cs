// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Concurrent;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Hashes of the files a build reads, each read once. For the length of one build, during
/// which none of them changes.
/// </summary>
internal sealed class FileHashes
{
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The hash of a file's content; "-" when it is not there.</summary>
    public string Of(string path) => _known.GetOrAdd(
        path, static p => File.Exists(p) ? ContentHash.Of(File.ReadAllBytes(p)) : "-");
}
