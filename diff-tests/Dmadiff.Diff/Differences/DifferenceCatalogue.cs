// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Differences;

/// <summary>What is known of the differences between neighbouring generations of the code.
/// </summary>
public static class DifferenceCatalogue
{
    private static readonly Dictionary<(string, string), IReadOnlyList<KnownDifference>> Known =
        new()
        {
            [("5.10", "6.1")] = KnownDifferences510.Catalogue,
            [("6.1", "6.12")] = KnownDifferences.Catalogue,
            [("6.12", "7.3")] = KnownDifferences73.Catalogue,
        };

    /// <summary>The pairs of generations that something is known of, older first.</summary>
    public static IReadOnlyCollection<(string Older, string Newer)> Pairs => Known.Keys;

    /// <summary>What is known of two generations; empty when nothing is.</summary>
    /// <param name="older">Generation of the left side, or null when it is like none.</param>
    /// <param name="newer">Generation of the right side, or null.</param>
    public static IReadOnlyList<KnownDifference> For(string? older, string? newer) =>
        older is not null && newer is not null && Known.TryGetValue((older, newer), out var found)
            ? found
            : [];

    /// <summary>The first entry that explains a difference, or null when none does.</summary>
    /// <param name="catalogue">Of the two generations.</param>
    /// <param name="context">The difference; the left side is the older revision.</param>
    public static KnownDifference? Find(
        IReadOnlyList<KnownDifference> catalogue, DifferenceContext context) =>
        catalogue.FirstOrDefault(entry => entry.Applies(context));
}
