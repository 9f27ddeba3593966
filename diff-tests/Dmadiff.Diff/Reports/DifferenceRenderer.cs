// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Differences;

namespace Dmadiff.Diff.Reports;

/// <summary>Writes groups of differences between two revisions, at most 75 columns wide.
/// </summary>
public static class DifferenceRenderer
{
    /// <summary>One group without its minimal trace, each line ended by a newline.</summary>
    public static string Render(DifferenceGroup group)
    {
        var text = new TwoSides();
        var times = group.Count == 1 ? "1 sequence" : $"{group.Count} sequences";
        text.Hanging($"{Heading(group)}{group.Title}, {times}", 2);
        if (group.Known is { } known)
        {
            text.Line(known.Explanation, 2);
            text.Line($"in {known.Functions}", 2);
        }

        if (group.Known is not null || group.Effect is not null)
        {
            text.Line("seen as " + string.Join(
                ", ", group.Symptoms.Select(s => $"{s.Signature} ({s.Count})")), 2);
        }

        text.Line();
        DivergenceRenderer.Outcome(text, group.Details);
        return text.ToString();
    }

    // Only a pair of revisions that something is known of has a catalogue to be missing from.
    private static string Heading(DifferenceGroup group) =>
        group.Known is not null ? string.Empty
        : group.IsCatalogued ? "not in the catalogue: "
        : $"{group.Details.Divergence.RightName} behaves differently: ";

    /// <summary>What the group's minimal trace comes to on either side.</summary>
    public static string Outcome(DifferenceGroup group)
    {
        var text = new TwoSides();
        DivergenceRenderer.Outcome(text, group.Details);
        return text.ToString();
    }
}
