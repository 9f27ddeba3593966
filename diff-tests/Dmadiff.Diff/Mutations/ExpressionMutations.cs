// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;

namespace Dmadiff.Diff.Mutations;

/// <summary>Changes within expressions: operators, numbers, arguments.</summary>
internal static class ExpressionMutations
{
    private static readonly Dictionary<string, (MutationKind Kind, string To)> Swaps = new()
    {
        ["<"] = (MutationKind.Comparison, "<="),
        ["<="] = (MutationKind.Comparison, "<"),
        [">"] = (MutationKind.Comparison, ">="),
        [">="] = (MutationKind.Comparison, ">"),
        ["=="] = (MutationKind.Comparison, "!="),
        ["!="] = (MutationKind.Comparison, "=="),
        ["&&"] = (MutationKind.Logic, "||"),
        ["||"] = (MutationKind.Logic, "&&"),
        ["<<"] = (MutationKind.Arithmetic, ">>"),
        [">>"] = (MutationKind.Arithmetic, "<<"),
        ["+="] = (MutationKind.Arithmetic, "-="),
        ["-="] = (MutationKind.Arithmetic, "+="),
        ["++"] = (MutationKind.Arithmetic, "--"),
        ["--"] = (MutationKind.Arithmetic, "++"),
        ["|="] = (MutationKind.Mask, "&="),
        ["&="] = (MutationKind.Mask, "|="),
    };

    // These have another meaning with one operand.
    private static readonly Dictionary<string, (MutationKind Kind, string To)> BinarySwaps = new()
    {
        ["+"] = (MutationKind.Arithmetic, "-"),
        ["-"] = (MutationKind.Arithmetic, "+"),
        ["&"] = (MutationKind.Mask, "|"),
    };

    private static readonly HashSet<string> Types =
    [
        "void", "char", "short", "int", "long", "unsigned", "signed", "struct", "enum", "union",
        "bool", "const", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64",
    ];

    // What is printed is nobody's behaviour but the reader's.
    private static readonly string[] Printers = ["pr_", "dev_", "printk", "WARN", "trace_"];

    public static IEnumerable<Draft> Of(CFunction function)
    {
        var tokens = function.Tokens;
        for (var i = function.First + 1; i < function.Last; i++)
        {
            var token = tokens[i];
            if (token.Kind == CTokenKind.Punctuator)
            {
                if (Operator(tokens, i) is { } draft)
                {
                    yield return draft;
                }
            }
            else if (token.Kind == CTokenKind.Number && OneMore(token) is { } more)
            {
                yield return more;
            }
            else if (IsCall(tokens, i))
            {
                foreach (var swap in Swapped(tokens, i))
                {
                    yield return swap;
                }
            }
        }
    }

    /// <summary>Whether a name is that of something that prints.</summary>
    public static bool IsPrinter(string name) =>
        Array.Exists(Printers, p => name.StartsWith(p, StringComparison.Ordinal));

    private static Draft? Operator(IReadOnlyList<CToken> tokens, int i)
    {
        var token = tokens[i];
        if (Swaps.TryGetValue(token.Value, out var swap))
        {
            return Draft.Of(swap.Kind, token, swap.To);
        }

        if (BinarySwaps.TryGetValue(token.Value, out var binary))
        {
            return IsBinary(tokens, i) ? Draft.Of(binary.Kind, token, binary.To) : null;
        }

        return token.Value switch
        {
            "|" => Draft.Of(MutationKind.Mask, token, "&"),
            "~" => Draft.Of(MutationKind.Mask, token, " "),
            "!" => Draft.Of(MutationKind.Negation, token, " "),
            _ => null,
        };
    }

    private static bool IsBinary(IReadOnlyList<CToken> tokens, int i)
    {
        var before = tokens[i - 1];
        return before.Kind switch
        {
            CTokenKind.Number or CTokenKind.Text => true,
            CTokenKind.Word => before.Value is not ("return" or "case" or "sizeof" or "else"),
            _ => before.Is("]") || (before.Is(")") && !IsCast(tokens, i - 1)),
        };
    }

    private static bool IsCast(IReadOnlyList<CToken> tokens, int close)
    {
        var open = Brackets.Open(tokens, close);
        if (open > 0 && tokens[open - 1].Kind == CTokenKind.Word)
        {
            return false;
        }

        var inner = tokens.Skip(open + 1).Take(close - open - 1).ToList();
        return inner.TrueForAll(t => t.Kind == CTokenKind.Word || t.Is("*"))
            && inner.Exists(t => t.Is("*") || Types.Contains(t.Value)
                || t.Value.EndsWith("_t", StringComparison.Ordinal));
    }

    private static Draft? OneMore(CToken token)
    {
        var digits = token.Value.TrimEnd('u', 'U', 'l', 'L');
        var suffix = token.Value[digits.Length..];
        return ulong.TryParse(
            digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? Draft.Of(
                MutationKind.OffByOne,
                token,
                (value + 1).ToString(CultureInfo.InvariantCulture) + suffix)
            : null;
    }

    private static bool IsCall(IReadOnlyList<CToken> tokens, int i) =>
        tokens[i].Kind == CTokenKind.Word
        && tokens[i + 1].Is("(")
        && !StatementMutations.IsKeyword(tokens[i].Value)
        && !IsPrinter(tokens[i].Value);

    private static IEnumerable<Draft> Swapped(IReadOnlyList<CToken> tokens, int name)
    {
        var close = Brackets.Close(tokens, name + 1);
        var arguments = new List<(int First, int Last)>();
        var first = name + 2;
        for (var i = first; i <= close; i++)
        {
            if (i == close || tokens[i].Is(","))
            {
                if (i > first)
                {
                    arguments.Add((first, i - 1));
                }

                first = i + 1;
            }
            else if (Brackets.Opens(tokens[i]))
            {
                i = Brackets.Close(tokens, i);
            }
        }

        for (var i = 0; i + 1 < arguments.Count; i++)
        {
            var left = TextOf(tokens, arguments[i]);
            var right = TextOf(tokens, arguments[i + 1]);
            if (left != right)
            {
                yield return new Draft(
                    MutationKind.SwappedArguments,
                    tokens[arguments[i].First].Start,
                    tokens[arguments[i + 1].Last].End,
                    $"{right}, {left}");
            }
        }
    }

    // Not a name and the text after it run together.
    private static string TextOf(IReadOnlyList<CToken> tokens, (int First, int Last) range) =>
        string.Join(
            ' ',
            tokens.Skip(range.First).Take(range.Last - range.First + 1).Select(t => t.Value));
}
