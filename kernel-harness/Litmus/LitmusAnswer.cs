// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Litmus;

/// <summary>What herd7 said about a litmus test.</summary>
/// <param name="Verdict">How often the outcome is seen; null when it said no such thing.</param>
/// <param name="Problem">What is wrong with the test, such as a data race, or why it could not
/// be run; null when nothing is.</param>
public sealed partial record LitmusAnswer(LitmusVerdict? Verdict, string? Problem)
{
    /// <summary>Reads what herd7 printed.</summary>
    /// <param name="name">The test's name.</param>
    /// <param name="output">Its standard output.</param>
    /// <param name="errors">Its standard error.</param>
    public static LitmusAnswer Parse(string name, string output, string errors)
    {
        string? flag = Flag().Match(output) is { Success: true } flagged
            ? "herd7 flags " + flagged.Groups["what"].Value
            : null;
        foreach (Match match in Observation().Matches(output))
        {
            if (match.Groups["name"].Value == name)
            {
                return new LitmusAnswer(
                    Enum.Parse<LitmusVerdict>(match.Groups["verdict"].Value), flag);
            }
        }

        string said = errors.Trim().Split('\n')[0];
        return new LitmusAnswer(
            null, said.Length > 0 ? said : "herd7 says nothing of what it observed");
    }

    [GeneratedRegex(
        @"^Observation (?<name>\S+) (?<verdict>Never|Sometimes|Always) \d+ \d+\s*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Observation();

    [GeneratedRegex(
        @"^Flag (?<what>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Flag();
}
