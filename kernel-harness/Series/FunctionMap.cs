// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Finds the functions that a C file in the kernel's style defines: heads begin in the
/// first column, and so do their braces.</summary>
public static partial class FunctionMap
{
    private const int LongestHead = 15;
    private const int LongestLine = 500;

    /// <summary>Names and lines of all functions with a body, in order. A name can be there
    /// twice, for two configurations.</summary>
    /// <param name="text">The file.</param>
    public static IReadOnlyList<(string Name, LineRange Lines)> Of(string text)
    {
        string[] lines = text.Split('\n');
        var found = new List<(string, LineRange)>();
        for (int i = 0; i < lines.Length; i++)
        {
            // No head is that long, and it would take long to find that out.
            if (lines[i].Length > LongestLine)
            {
                continue;
            }

            // "static inline void f(void) { }" on one line.
            if (OneLine().Match(lines[i]) is { Success: true } one)
            {
                found.Add((one.Groups["name"].Value, new LineRange(i + 1, i + 1)));
            }
            else if (Head(lines, i) is { } head)
            {
                int close = Array.FindIndex(lines, head.Brace, l => l.StartsWith('}'));
                int last = close < 0 ? lines.Length - 1 : close;
                found.Add((head.Name, new LineRange(i + 1, last + 1)));
                i = last;
            }
        }

        return found;
    }

    /// <summary>The name in a line that begins a function, and the line of the function's
    /// brace.</summary>
    private static (string Name, int Brace)? Head(string[] lines, int at)
    {
        Match name = NameForm().Match(lines[at]);
        if (!name.Success)
        {
            return null;
        }

        int end = Math.Min(lines.Length, at + LongestHead);
        for (int i = at; i < end; i++)
        {
            string line = lines[i];
            if (line.StartsWith('{'))
            {
                return (name.Groups["name"].Value, i);
            }

            // A declaration, an initialiser, a macro; or the head of another function.
            if (line.TrimEnd().EndsWith(';') || line.StartsWith('#') || line.Contains('=')
                || (i > at && line.Length > 0 && !char.IsWhiteSpace(line[0])))
            {
                return null;
            }
        }

        return null;
    }

    [GeneratedRegex(
        @"^(?!typedef\b|struct\s+\w+\s*\{|#)(?:[A-Za-z_][\w\s\*]*?[\s\*])??"
        + @"(?!(?:__attribute__|__printf|__aligned|__section|__must_hold|__acquires|__releases)\b)"
        + @"(?<name>[A-Za-z_]\w*)\s*\(",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex NameForm();

    [GeneratedRegex(
        @"^[A-Za-z_][\w\s\*]*?[\s\*](?<name>[A-Za-z_]\w*)\s*\([^;=]*\)\s*\{.*\}\s*$",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex OneLine();
}
