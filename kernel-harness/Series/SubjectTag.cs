// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>What the subject of a mail says besides the patch's title.</summary>
/// <param name="Title">The subject without "Re:" and leading brackets.</param>
/// <param name="IsReply">Whether it answers, or forwards, another mail.</param>
/// <param name="Version">2 for "[PATCH v2]"; 1 when it says nothing.</param>
/// <param name="Number">3 for "[PATCH 3/7]"; null when it is not numbered. A cover letter has
/// 0.</param>
/// <param name="Total">7 for "[PATCH 3/7]".</param>
/// <param name="IsResend">Whether it was sent again.</param>
internal sealed partial record SubjectTag(
    string Title, bool IsReply, int Version, int? Number, int Total, bool IsResend)
{
    /// <summary>"[PATCH v2 3/7]", for messages.</summary>
    public string Mark => Version > 1 || Number is not null
        ? $"[PATCH{(Version > 1 ? $" v{Version}" : "")}"
            + $"{(Number is not null ? $" {Number}/{Total}" : "")}]"
        : "[PATCH]";

    /// <summary>Takes a subject apart.</summary>
    public static SubjectTag Parse(string subject)
    {
        Match reply = Reply().Match(subject);
        Match brackets = Brackets().Match(subject, reply.Length);
        Match count = Count().Match(brackets.Value);
        Match version = VersionForm().Match(brackets.Value);
        return new SubjectTag(
            subject[(reply.Length + brackets.Length)..].Trim(),
            reply.Length > 0,
            version.Success ? Integer(version.Groups["version"]) : 1,
            count.Success ? Integer(count.Groups["number"]) : null,
            count.Success ? Integer(count.Groups["total"]) : 0,
            brackets.Value.Contains("RESEND", StringComparison.OrdinalIgnoreCase));
    }

    private static int Integer(Group digits) =>
        int.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\s*(?:(?:re|aw|fwd?|antw|sv|wg)(?:\[\d+\])?:\s*)*",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Reply();

    [GeneratedRegex(@"\G\s*(?:\[[^\]]*\]\s*)*", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Brackets();

    [GeneratedRegex(
        @"(?<![\d.])(?<number>\d{1,4})/(?<total>\d{1,4})(?![\d.])",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Count();

    [GeneratedRegex(
        @"(?:\b|PATCH|RFC)v(?<version>\d{1,3})(?:\.\d+)?\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex VersionForm();
}
