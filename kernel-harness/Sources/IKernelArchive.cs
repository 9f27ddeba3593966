// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Sources;

/// <summary>Where the sources of kernels come from that are not installed.</summary>
public interface IKernelArchive
{
    /// <summary>Asks for all kernels there are.</summary>
    /// <returns>By package, the newest version of each first.</returns>
    /// <exception cref="UserErrorException">The archive cannot be reached.</exception>
    IReadOnlyList<ArchivedKernel> List(CancellationToken cancel);

    /// <summary>Fetches a package and checks it.</summary>
    /// <param name="kernel">One that <see cref="List"/> gave.</param>
    /// <param name="folder">Where to put it.</param>
    /// <param name="cancel">Stops the transfer.</param>
    /// <returns>Path of the .deb.</returns>
    /// <exception cref="UserErrorException">It cannot be had, or is damaged.</exception>
    string Download(ArchivedKernel kernel, string folder, CancellationToken cancel);
}
