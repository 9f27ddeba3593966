// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;

namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>
/// The object-like macros of a header, from the <c>#define</c> lines that clang's
/// preprocessor repeats; what they are worth is asked of <see cref="ConstantProbe"/>.
/// </summary>
public static partial class MacroReader
{
    /// <summary>Finds the macros that a header and its parts define.</summary>
    /// <param name="clang">The preprocessor.</param>
    /// <param name="header">Path of the header.</param>
    /// <returns>Names and places, in order; include guards are left out.</returns>
    public static IReadOnlyList<(string Name, Location At)> Read(Clang clang, string header)
    {
        var macros = new List<(string Name, Location At)>();
        var file = "";
        var line = 0;
        foreach (var text in clang.DumpMacros(header).Split('\n'))
        {
            var marker = LineMarker().Match(text);
            if (marker.Success)
            {
                file = marker.Groups["file"].Value;
                line = int.Parse(marker.Groups["line"].Value, CultureInfo.InvariantCulture);
                continue;
            }

            if (Clang.IsPart(file, header))
            {
                Read(macros, text, new Location(file, line));
            }

            line++;
        }

        return macros;
    }

    private static void Read(List<(string Name, Location At)> macros, string text, Location at)
    {
        var define = Define().Match(text);
        if (define.Success)
        {
            var name = define.Groups["name"].Value;
            if (define.Groups["parameters"].Success)
            {
                throw new GeneratorException(
                    at, $"{name} is a macro with parameters: only constants can be macros");
            }

            if (define.Groups["body"].Value.Length > 0)
            {
                macros.Add((name, at));
            }
        }

        var undefine = Undefine().Match(text);
        if (undefine.Success)
        {
            macros.RemoveAll(macro => string.Equals(
                macro.Name, undefine.Groups["name"].Value, StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(
        """^# (?<line>\d+) "(?<file>[^"]*)".*$""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex LineMarker();

    [GeneratedRegex(
        @"^#define (?<name>\w+)(?<parameters>\()?\s*(?<body>.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Define();

    [GeneratedRegex(
        @"^#undef (?<name>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Undefine();
}
