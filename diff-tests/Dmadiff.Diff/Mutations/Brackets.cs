// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>Finds the other half of a pair of brackets.</summary>
internal static class Brackets
{
    /// <summary>Index of the bracket that closes the one at <paramref name="open"/>; of the
    /// last word if there is none.</summary>
    public static int Close(IReadOnlyList<CToken> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += Opens(tokens[i]) ? 1 : Closes(tokens[i]) ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return tokens.Count - 1;
    }

    /// <summary>Index of the bracket that opens the one at <paramref name="close"/>; 0 if there
    /// is none.</summary>
    public static int Open(IReadOnlyList<CToken> tokens, int close)
    {
        var depth = 0;
        for (var i = close; i >= 0; i--)
        {
            depth += Closes(tokens[i]) ? 1 : Opens(tokens[i]) ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Whether it opens a pair.</summary>
    public static bool Opens(CToken token) => token.Is("(") || token.Is("[") || token.Is("{");

    /// <summary>Whether it closes one.</summary>
    public static bool Closes(CToken token) => token.Is(")") || token.Is("]") || token.Is("}");
}
