// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.KernelHarness.Export;

/// <summary>Takes the comments out of C text.</summary>
internal static class CComments
{
    /// <summary>
    /// Replaces each comment by a space, keeping its line ends, so that a line keeps its
    /// number. Comment signs inside string and character literals are text.
    /// </summary>
    public static string Strip(string text)
    {
        var kept = new StringBuilder(text.Length);
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            char next = at + 1 < text.Length ? text[at + 1] : '\0';
            int end = (c, next) switch
            {
                ('/', '*') => EndOfBlock(text, at),
                ('/', '/') => EndOfLine(text, at),
                ('"' or '\'', _) => EndOfLiteral(text, at),
                _ => at + 1,
            };
            bool comment = (c, next) is ('/', '*') or ('/', '/');
            if (comment)
            {
                kept.Append(' ').Append('\n', text.AsSpan(at, end - at).Count('\n'));
            }
            else
            {
                kept.Append(text, at, end - at);
            }

            at = end;
        }

        return kept.ToString();
    }

    private static int EndOfBlock(string text, int start)
    {
        int end = text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        return end < 0 ? text.Length : end + 2;
    }

    private static int EndOfLine(string text, int start)
    {
        int end = text.IndexOf('\n', start);
        return end < 0 ? text.Length : end;
    }

    /// <summary>An unterminated literal (an apostrophe after #error) ends with its line.</summary>
    private static int EndOfLiteral(string text, int start)
    {
        for (int at = start + 1; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == text[start])
            {
                return at + 1;
            }
            else if (text[at] == '\n')
            {
                return at;
            }
        }

        return text.Length;
    }
}
