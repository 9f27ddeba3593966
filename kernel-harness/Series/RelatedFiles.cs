// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Export;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Which files of a kernel may have a part in what is compiled.</summary>
internal static class RelatedFiles
{
    private static readonly string[] Folders =
        ["kernel/dma/", "drivers/iommu/", "lib/", "include/"];

    /// <summary>Whether a file may.</summary>
    /// <param name="path">Its path in the tree.</param>
    public static bool Contains(string path) =>
        (path.EndsWith(".c", StringComparison.Ordinal)
            || path.EndsWith(".h", StringComparison.Ordinal))
        && Folders.Any(f => path.StartsWith(f, StringComparison.Ordinal))
        && !ExportList.IsLeftOut(path);
}
