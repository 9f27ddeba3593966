// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Git;

/// <summary>Takes the hunks of a diff that lie in one C function.</summary>
public static partial class FunctionHunks
{
    /// <summary>The hunks that touch a function, with the lines that name their files; empty
    /// when there are none.</summary>
    /// <param name="diff">As git prints it.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="textOf">A file's text after the change; null when there is none.</param>
    public static string Select(string diff, string function, Func<string, string?> textOf)
    {
        var kept = new List<string>();
        foreach (string file in FileStart().Split(diff).Where(f => f.Length > 0))
        {
            string[] hunks = HunkStart().Split(file);
            string path = NewName().Match(hunks[0]) is { Success: true } name
                ? name.Groups["path"].Value
                : string.Empty;
            (int First, int Last)[] places = path.Length > 0 && textOf(path) is { } text
                ? [.. Definitions(text, function)]
                : [];
            string[] own = [.. hunks.Skip(1).Where(h => Touches(h, places, function))];
            if (own.Length > 0)
            {
                kept.Add(hunks[0] + string.Concat(own));
            }
        }

        return string.Concat(kept);
    }

    /// <summary>
    /// The lines, counted from 1, of a function's definitions: from the line with its name,
    /// which begins in the first column or follows its type, to the brace that closes it.
    /// </summary>
    internal static IEnumerable<(int First, int Last)> Definitions(string text, string function)
    {
        string[] lines = text.Split('\n');
        var head = new Regex(
            $@"^(?:[A-Za-z_][\w\s\*\(\)]*[\s\*])?{Regex.Escape(function)}\s*\(",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));
        for (int i = 0; i < lines.Length; i++)
        {
            if (!head.IsMatch(lines[i]))
            {
                continue;
            }

            int end = Array.FindIndex(lines, i, l => l.StartsWith('}') || l.EndsWith(';'));
            int brace = Array.FindIndex(lines, i, l => l.StartsWith('{') || l.EndsWith('{'));

            // A semicolon before the brace ends a declaration.
            if (brace < 0 || (end >= 0 && end < brace))
            {
                continue;
            }

            int close = Array.FindIndex(lines, brace, l => l.StartsWith('}'));
            yield return (i + 1, close < 0 ? lines.Length : close + 1);
        }
    }

    private static bool Touches(string hunk, (int First, int Last)[] places, string function)
    {
        Match head = HunkHead().Match(hunk);
        int line = int.Parse(head.Groups["start"].Value);
        foreach (string text in hunk.Split('\n').Skip(1))
        {
            bool isChange = text.StartsWith('+') || text.StartsWith('-');
            if (isChange && places.Any(p => p.First <= line && line <= p.Last))
            {
                return true;
            }

            line += text.StartsWith('-') ? 0 : 1;
        }

        // Where the function itself is gone, the line that git names it by is left.
        return places.Length == 0 && hunk.Contains(function + "(", StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^(?=diff --)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex FileStart();

    [GeneratedRegex(
        @"^(?=@@ )", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex HunkStart();

    [GeneratedRegex(
        @"^\+\+\+ b/(?<path>\S+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex NewName();

    [GeneratedRegex(@"^@@ -\S+ \+(?<start>\d+)", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex HunkHead();
}
