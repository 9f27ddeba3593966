// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Build;

/// <summary>Finds what matters in what gcc and ld print.</summary>
internal static partial class CompilerMessages
{
    /// <summary>
    /// The first error as "kernel/dma/swiotlb.c:877: what"; the first line when there is
    /// nothing that looks like an error.
    /// </summary>
    public static string FirstError(string log, BuildPaths paths)
    {
        string line = log.Split('\n').FirstOrDefault(l => l.Trim().Length > 0) ?? "no message";
        return FindError(log, paths) ?? PrintableText.Of(line.Trim());
    }

    /// <summary>The first error in that form, or null.</summary>
    public static string? FindError(string log, BuildPaths paths)
    {
        Match match = Error().Match(log);
        return match.Success
            ? PrintableText.Of(
                $"{paths.Display(match.Groups["file"].Value)}:{match.Groups["line"].Value}: "
                + match.Groups["what"].Value.Trim())
            : null;
    }

    /// <summary>A file that the assembler was to take in, and does not find; or null.</summary>
    public static string? MissingForAssembler(string log) =>
        Missing().Match(log) is { Success: true } match ? match.Groups["file"].Value : null;

    /// <summary>All warnings, each once.</summary>
    public static IEnumerable<CompilerWarning> Warnings(string log, BuildPaths paths) =>
        Warning().Matches(log).Select(match => new CompilerWarning(
            paths.Display(match.Groups["file"].Value),
            int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture),
            PrintableText.Of(match.Groups["what"].Value.Trim()))).Distinct();

    [GeneratedRegex(
        @"^(?<file>[^:\n]+):(?<line>\d+):(\d+:)? warning: (?<what>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Warning();

    [GeneratedRegex(
        @"^(?<file>[^:\n]+):(?<line>\d+):(\d+:)? (fatal )?[eE]rror: (?<what>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Error();

    [GeneratedRegex(
        @"^\{standard input\}:\d+: Error: (?:file not found: |can't open )(?<file>.*?)"
        + "(?: for reading: .*)?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Missing();
}
