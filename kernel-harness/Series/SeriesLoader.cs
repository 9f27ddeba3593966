// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Reads a series in any of its forms, finds its base, and makes a commit of every
/// patch, in a repository of dmadiff's own. The user's is only read.</summary>
/// <param name="sources">Where kernels come from.</param>
/// <param name="cache">Holds the repository with the commits.</param>
public sealed class SeriesLoader(KernelSources sources, CacheDirectory cache)
{
    /// <summary>Loads a series. The same series on the same base gives the same commits.
    /// </summary>
    /// <param name="request">What the user asked for.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserErrorException">It cannot be read, there is no patch in it, one is
    /// missing, or no base can be found. A patch that does not apply is no error: it has a
    /// failure in place of a commit.</exception>
    public PatchSeries Load(SeriesRequest request, CancellationToken cancel) =>
        throw new NotImplementedException($"{sources} {cache} {request} {cancel}");
}
