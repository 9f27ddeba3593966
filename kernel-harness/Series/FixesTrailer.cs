// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>A commit that a patch says it fixes.</summary>
/// <param name="Commit">The digits of its id that are given, 7 at least.</param>
/// <param name="Subject">The subject that is given with it; may be empty.</param>
public sealed partial record FixesTrailer(string Commit, string Subject)
{
    /// <summary>Takes one from a trailer; null if it is another, or names no commit.</summary>
    public static FixesTrailer? Parse(Trailer trailer) =>
        trailer.Key.Equals("Fixes", StringComparison.OrdinalIgnoreCase)
        && Form().Match(trailer.Value) is { Success: true } match
            ? new FixesTrailer(
                match.Groups["id"].Value.ToLowerInvariant(), match.Groups["subject"].Value)
            : null;

    [GeneratedRegex(
        """^(?:commit )?(?<id>[0-9a-fA-F]{7,40})\b\s*(?:\(?"(?<subject>.*)"\)?)?""",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Form();
}
