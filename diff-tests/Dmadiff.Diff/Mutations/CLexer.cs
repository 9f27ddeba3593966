// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>Takes C apart into words, without comments and without lines of the preprocessor.
/// </summary>
internal static class CLexer
{
    // Longer ones first.
    private static readonly string[] Punctuators =
    [
        "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||",
        "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##",
    ];

    /// <summary>The words of a file, in order.</summary>
    public static List<CToken> Read(string text)
    {
        var tokens = new List<CToken>();
        var at = 0;
        var lineStart = true;
        while (at < text.Length)
        {
            var c = text[at];
            if (c == '\n')
            {
                lineStart = true;
                at++;
            }
            else if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (Follows(text, at, "/*"))
            {
                at = After(text, at + 2, "*/");
            }
            else if (Follows(text, at, "//"))
            {
                at = EndOfLine(text, at);
            }
            else if (c == '#' && lineStart)
            {
                at = EndOfDirective(text, at);
            }
            else
            {
                lineStart = false;
                var token = ReadToken(text, at);
                tokens.Add(token);
                at = token.End;
            }
        }

        return tokens;
    }

    private static CToken ReadToken(string text, int at)
    {
        var c = text[at];
        if (char.IsAsciiLetter(c) || c == '_')
        {
            return Span(CTokenKind.Word, text, at, IsWordPart);
        }

        if (char.IsAsciiDigit(c))
        {
            return Span(CTokenKind.Number, text, at, ch => IsWordPart(ch) || ch == '.');
        }

        if (c is '"' or '\'')
        {
            var end = at + 1;
            while (end < text.Length && text[end] != c && text[end] != '\n')
            {
                end += text[end] == '\\' ? 2 : 1;
            }

            end = Math.Min(end + 1, text.Length);
            return new CToken(CTokenKind.Text, at, text[at..end]);
        }

        var longer = Array.Find(Punctuators, p => Follows(text, at, p));
        return new CToken(CTokenKind.Punctuator, at, longer ?? text.Substring(at, 1));
    }

    private static CToken Span(CTokenKind kind, string text, int at, Func<char, bool> isPart)
    {
        var end = at;
        while (end < text.Length && isPart(text[end]))
        {
            end++;
        }

        return new CToken(kind, at, text[at..end]);
    }

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool Follows(string text, int at, string what) =>
        string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    private static int After(string text, int at, string what)
    {
        var found = text.IndexOf(what, at, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + what.Length;
    }

    private static int EndOfLine(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end;
    }

    // A backslash continues it, and so does a comment.
    private static int EndOfDirective(string text, int at)
    {
        while (at < text.Length && text[at] != '\n')
        {
            at = Follows(text, at, "/*") ? After(text, at + 2, "*/")
                : text[at] == '\\' ? Math.Min(at + 2, text.Length)
                : at + 1;
        }

        return at;
    }
}
