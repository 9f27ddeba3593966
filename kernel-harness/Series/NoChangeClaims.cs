// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Finds the words by which a patch claims that it changes nothing.</summary>
internal static partial class NoChangeClaims
{
    /// <summary>The claim as it stands in a subject or a message, on one line; or null.
    /// </summary>
    public static string? Find(string subject, string message)
    {
        foreach (string text in (string[])[subject, message])
        {
            if (Claim().Match(text) is { Success: true } match)
            {
                return Space().Replace(match.Value, " ");
            }
        }

        return null;
    }

    [GeneratedRegex(
        """
        \bno\s+(?:(?:intended|intentional|expected|visible|real|actual|user[- ]visible)\s+)?
        (?:functional(?:ity)?|behaviou?ral|semantic|logic(?:al)?)\s+
        (?:changes?|difference)
        (?:\s+(?:is|are|was|were))?(?:\s+(?:intended|expected|here|meant))?\b
        |\bno\s+(?:intended\s+)?(?:changes?|difference)\s+(?:in|of|to)\s+
        (?:(?:the|any|existing)\s+)*(?:behaviou?r|functionality|semantics|logic)\b
        (?:\s+(?:is\s+)?(?:intended|expected))?
        |\bwithout\s+(?:any\s+)?(?:functional|behaviou?ral)\s+changes?\b
        |\b(?:does|do|should)\s*(?:not|n't)\s+(?:have|introduce|cause|make|bring)\s+any\s+
        (?:functional|behaviou?ral)\s+changes?\b
        |(?-i:\bNFCI?\b)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace
            | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Claim();

    [GeneratedRegex(@"\s+", RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex Space();
}
