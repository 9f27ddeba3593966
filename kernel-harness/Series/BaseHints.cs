// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>What the mails of a series say of its base.</summary>
/// <param name="Commit">The "base-commit:", 40 digits, or null.</param>
/// <param name="Prerequisites">How many patches are to go first.</param>
internal sealed partial record BaseHints(string? Commit, int Prerequisites)
{
    /// <summary>Looks through the mails of a series, which have it below their patch.</summary>
    public static BaseHints Of(SeriesMails mails)
    {
        string[] texts =
        [
            .. mails.Patches.Concat(mails.Cover is { } cover ? [cover] : [])
                .Select(m => m.Message + "\n" + File.ReadAllText(m.PatchFile, Encoding.Latin1)),
        ];
        string? commit = texts.Select(t => Form().Match(t)).FirstOrDefault(m => m.Success)
            ?.Groups["id"].Value;
        return new BaseHints(
            commit,
            texts.SelectMany(t => Prerequisite().Matches(t)).Select(m => m.Value)
                .Distinct(StringComparer.Ordinal).Count());
    }

    [GeneratedRegex(
        @"^base-commit:\s*(?<id>[0-9a-f]{40})\b",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Form();

    [GeneratedRegex(
        @"^prerequisite-patch-id:\s*[0-9a-f]{40}\b", RegexOptions.Multiline,
        PatternLimit.Milliseconds)]
    private static partial Regex Prerequisite();
}
