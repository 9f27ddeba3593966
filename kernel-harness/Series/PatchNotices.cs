// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>What there is to be said of patches once they are applied.</summary>
internal static class PatchNotices
{
    /// <summary>Patches that took fuzz, and those that change nothing under test.</summary>
    /// <param name="patches">All of a series.</param>
    /// <param name="on">What the base is called.</param>
    public static IEnumerable<SeriesNotice> Of(IReadOnlyList<Patch> patches, string on)
    {
        foreach (Patch patch in patches)
        {
            foreach (LooseHunk hunk in patch.Loose)
            {
                string place = hunk.Hunk > 0 ? $"{hunk.File}, hunk {hunk.Hunk}" : hunk.File;
                yield return new SeriesNotice(
                    SeriesNoticeKind.Fuzz,
                    patch.Number,
                    $"patch {patch.Number} does not fit {on} as it is: {place} is applied "
                    + hunk.How);
            }
        }

        if (patches.All(p => !p.IsRelated))
        {
            yield return new SeriesNotice(
                SeriesNoticeKind.Unrelated,
                0,
                "nothing that is under test is changed" + Files(patches.SelectMany(p => p.Files)));
            yield break;
        }

        foreach (Patch patch in patches.Where(p => !p.IsRelated))
        {
            yield return new SeriesNotice(
                SeriesNoticeKind.Unrelated,
                patch.Number,
                $"patch {patch.Number} changes nothing that is under test"
                + Files(patch.Files));
        }
    }

    // There may be none but binary ones, of which another notice tells.
    private static string Files(IEnumerable<PatchedFile> files)
    {
        string[] paths = [.. files.Select(f => f.Path).Distinct(StringComparer.Ordinal)];
        return paths.Length switch
        {
            0 => string.Empty,
            1 => $": {paths[0]}",
            _ => $": {paths[0]} and {paths.Length - 1} more",
        };
    }
}
