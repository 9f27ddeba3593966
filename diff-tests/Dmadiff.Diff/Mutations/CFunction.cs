// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>A function's definition, as words of C.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ReturnsNothing">Whether it is of type void.</param>
/// <param name="Tokens">The words of the whole file.</param>
/// <param name="First">Index of its opening brace.</param>
/// <param name="Last">Index of its closing brace.</param>
internal sealed record CFunction(
    string Name, bool ReturnsNothing, IReadOnlyList<CToken> Tokens, int First, int Last)
{
    /// <summary>Every function that a file defines, in order.</summary>
    public static IEnumerable<CFunction> In(IReadOnlyList<CToken> tokens)
    {
        var declaration = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is(";"))
            {
                declaration = i + 1;
            }
            else if (tokens[i].Is("{"))
            {
                var end = Brackets.Close(tokens, i);
                if (NameBefore(tokens, i) is { } name)
                {
                    var before = tokens.Skip(declaration).Take(name - declaration).ToList();
                    yield return new CFunction(
                        tokens[name].Value,
                        before.Exists(t => t.Is("void")) && !before.Exists(t => t.Is("*")),
                        tokens,
                        i,
                        end);
                    declaration = end + 1;
                }

                i = end;
            }
        }
    }

    // name(...) { or name(...) __must_hold(...) {
    private static int? NameBefore(IReadOnlyList<CToken> tokens, int brace)
    {
        var at = brace - 1;
        while (at > 0 && tokens[at].Is(")"))
        {
            var name = Brackets.Open(tokens, at) - 1;
            if (name < 0 || tokens[name].Kind != CTokenKind.Word)
            {
                return null;
            }

            if (!tokens[name].Value.StartsWith("__", StringComparison.Ordinal)
                || name == 0 || !tokens[name - 1].Is(")"))
            {
                return name;
            }

            at = name - 1;
        }

        return null;
    }
}
