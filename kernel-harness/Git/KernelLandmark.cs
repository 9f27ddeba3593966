// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Git;

/// <summary>What every kernel's tree has, by which it is recognised.</summary>
public static partial class KernelLandmark
{
    /// <summary>Every kernel since 2.4 has it.</summary>
    internal const string Header = "include/linux/kernel.h";

    /// <summary>
    /// The version its Makefile states, such as "6.12.117" or "6.1.0-rc1"; empty when it
    /// states none.
    /// </summary>
    public static string VersionOf(ISourceTree tree) => tree.ReadFile("Makefile") is { } makefile
        ? VersionOf(Encoding.UTF8.GetString(makefile))
        : string.Empty;

    private static string VersionOf(string makefile)
    {
        string Value(string name) => Assignment().Matches(makefile)
            .FirstOrDefault(m => m.Groups["name"].Value == name)
            ?.Groups["value"].Value ?? string.Empty;

        string[] numbers = [Value("VERSION"), Value("PATCHLEVEL"), Value("SUBLEVEL")];
        return string.Join('.', numbers.Where(n => n.Length > 0)) + Value("EXTRAVERSION");
    }

    [GeneratedRegex(
        @"^(?<name>VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(?<value>\S*)[ \t]*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Assignment();
}
