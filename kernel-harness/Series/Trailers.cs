// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Finds the trailers of a message.</summary>
internal static partial class Trailers
{
    /// <summary>Those of the paragraphs at its end that consist of trailers and notes in
    /// brackets, and "Fixes:" wherever it stands.</summary>
    public static IReadOnlyList<Trailer> Of(string message)
    {
        string[] paragraphs = Blank().Split(message.Trim());
        int first = paragraphs.Length;
        while (first > 0 && IsBlock(paragraphs[first - 1]))
        {
            first--;
        }

        return
        [
            .. paragraphs.Take(first).SelectMany(Lines)
                .Where(t => t.Key.Equals("Fixes", StringComparison.OrdinalIgnoreCase)),
            .. paragraphs.Skip(first).SelectMany(Lines),
        ];
    }

    private static bool IsBlock(string paragraph)
    {
        string[] lines = paragraph.Split('\n');
        return lines.Any(l => Form().IsMatch(l))
            && lines.All(l => Form().IsMatch(l) || l.StartsWith('[') || l.StartsWith(' ')
                || l.StartsWith('\t'));
    }

    private static IEnumerable<Trailer> Lines(string paragraph)
    {
        Trailer? last = null;
        foreach (string line in paragraph.Split('\n'))
        {
            if (Form().Match(line) is { Success: true } match)
            {
                if (last is not null)
                {
                    yield return last;
                }

                last = new Trailer(match.Groups["key"].Value, match.Groups["value"].Value.Trim());
            }
            else if (last is not null && line.Length > 0 && char.IsWhiteSpace(line[0]))
            {
                last = last with { Value = last.Value + " " + line.Trim() };
            }
        }

        if (last is not null)
        {
            yield return last;
        }
    }

    [GeneratedRegex(@"\n[ \t]*\n+", RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex Blank();

    [GeneratedRegex(
        @"^(?<key>[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*):[ \t]+(?<value>\S.*)$",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Form();
}
