// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>A word of a line.</summary>
/// <param name="Text">Without white space.</param>
/// <param name="Column">Of its first character, counted from 1.</param>
internal readonly record struct Token(string Text, int Column);

/// <summary>A line of a trace, split into words; its comment is apart.</summary>
internal sealed class TokenLine
{
    public TokenLine(string text, int number)
    {
        Number = number;
        var tokens = new List<Token>();
        for (var i = 0; i < text.Length;)
        {
            if (IsSpace(text[i]))
            {
                i++;
                continue;
            }

            if (text[i] == '#')
            {
                Comment = text[(i + 1)..].Trim();
                break;
            }

            var start = i;
            while (i < text.Length && !IsSpace(text[i]))
            {
                i++;
            }

            tokens.Add(new Token(text[start..i], start + 1));
        }

        Tokens = tokens;
    }

    /// <summary>Line number, counted from 1.</summary>
    public int Number { get; }

    public IReadOnlyList<Token> Tokens { get; }

    /// <summary>Text after '#', or null.</summary>
    public string? Comment { get; }

    /// <summary>First word; only of a line that has words.</summary>
    public Token Head => Tokens[0];

    /// <summary>Column just behind the last word, where what is missing would stand.</summary>
    public int EndColumn => Tokens[^1].Column + Tokens[^1].Text.Length;

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r';
}
