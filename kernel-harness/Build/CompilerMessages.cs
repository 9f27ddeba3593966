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
        Match match = Error().Match(log);
        if (match.Success)
        {
            string file = paths.Display(match.Groups["file"].Value);
            return $"{file}:{match.Groups["line"].Value}: {match.Groups["what"].Value.Trim()}";
        }

        string line = log.Split('\n').FirstOrDefault(l => l.Trim().Length > 0) ?? "no message";
        return line.Trim();
    }

    /// <summary>All warnings, each once.</summary>
    public static IEnumerable<CompilerWarning> Warnings(string log, BuildPaths paths) =>
        Warning().Matches(log).Select(match => new CompilerWarning(
            paths.Display(match.Groups["file"].Value),
            int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture),
            match.Groups["what"].Value.Trim())).Distinct();

    [GeneratedRegex(
        @"^(?<file>[^:\n]+):(?<line>\d+):(\d+:)? warning: (?<what>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Warning();

    [GeneratedRegex(
        @"^(?<file>[^:\n]+):(?<line>\d+):(\d+:)? (fatal )?[eE]rror: (?<what>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Error();
}
