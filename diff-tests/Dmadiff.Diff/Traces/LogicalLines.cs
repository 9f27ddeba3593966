// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.Diff.Traces;

/// <summary>Lines of a trace, those put together that end in a word "\".</summary>
internal static class LogicalLines
{
    /// <summary>Where a line may be broken goes this, with blanks around it.</summary>
    public const string Continuation = "\\";

    private const string Indent = "  ";

    /// <summary>The lines, each with the number of its first one.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="diagnostics">Is told of lines that were put together.</param>
    public static IEnumerable<TokenLine> Read(string text, DiagnosticList diagnostics)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length;)
        {
            var first = i;
            var whole = new StringBuilder();
            var lengths = new List<int>();
            var goesOn = true;
            while (goesOn && i < lines.Length)
            {
                goesOn = EndsOpen(lines[i]);
                var part = goesOn ? Blanked(lines[i]) : lines[i];
                whole.Append(part);
                lengths.Add(part.Length);
                i++;
            }

            diagnostics.Join(first + 1, lengths);
            yield return new TokenLine(whole.ToString(), first + 1);
        }
    }

    /// <summary>Breaks a line between words.</summary>
    /// <param name="line">One line of a trace.</param>
    /// <param name="width">Columns to keep to, where words are not longer.</param>
    public static IEnumerable<string> Wrap(string line, int width)
    {
        while (line.Length > width)
        {
            // Room for the word that says it goes on.
            var at = line.LastIndexOf(' ', width - Continuation.Length - 1);
            if (at <= Indent.Length || line[0] == '#')
            {
                break;
            }

            yield return $"{line[..at]} {Continuation}";
            line = Indent + line[(at + 1)..];
        }

        yield return line;
    }

    private static bool EndsOpen(string line)
    {
        var words = new TokenLine(line, 0);
        return words.Comment is null && words.Tokens.Count > 0
            && words.Tokens[^1].Text == Continuation;
    }

    private static string Blanked(string line)
    {
        var at = line.LastIndexOf(Continuation, StringComparison.Ordinal);
        return line[..at] + " " + line[(at + 1)..];
    }
}
