// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Output;

/// <summary>Text in lines of at most 75 columns, as mails want it.</summary>
internal static class Paragraph
{
    /// <summary>The widest line, in characters.</summary>
    public const int Width = 75;

    /// <summary>Fills lines with words; a word that is wider than a line has one of its own.
    /// </summary>
    /// <param name="text">Words.</param>
    /// <param name="first">What the first line begins with.</param>
    /// <param name="indent">Spaces before the others.</param>
    public static IEnumerable<string> Wrap(string text, string first = "", int indent = 0)
    {
        string line = first;
        bool empty = true;
        foreach (string word in text.Split(' '))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = new string(' ', indent);
                empty = true;
            }

            line += (empty ? string.Empty : " ") + word;
            empty = false;
        }

        yield return line;
    }
}
