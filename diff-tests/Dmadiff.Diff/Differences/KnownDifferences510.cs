// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Differences;

/// <summary>What is known to have changed in swiotlb between 5.10 and 6.1. The first entry that
/// applies is taken.</summary>
public static class KnownDifferences510
{
    /// <summary>The entries, in the order in which they are tried.</summary>
    public static IReadOnlyList<KnownDifference> Catalogue { get; } =
    [
    ];
}
