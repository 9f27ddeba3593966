// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>Changes to whole statements: those that are dropped, conditions that are turned
/// round, and functions that return at once.</summary>
internal static class StatementMutations
{
    private static readonly HashSet<string> Keywords =
    [
        "if", "else", "for", "while", "do", "switch", "case", "default", "return", "goto",
        "break", "continue", "sizeof", "struct", "union", "enum", "unsigned", "signed", "const",
        "static", "volatile", "typeof", "__typeof__", "asm", "extern", "register", "void", "char",
        "short", "int", "long", "float", "double",
    ];

    private static readonly string[] LockWords =
        ["lock", "irq_save", "irq_restore", "preempt_", "local_irq", "get_cpu", "put_cpu"];

    private static readonly string[] FlushWords =
        ["flush", "sync", "invalidate", "bounce", "barrier", "smp_mb", "smp_wmb", "smp_rmb"];

    private static readonly HashSet<string> Assignments =
        ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];

    /// <summary>Whether a word is one of the language's own.</summary>
    public static bool IsKeyword(string word) => Keywords.Contains(word);

    public static IEnumerable<Draft> Of(CFunction function)
    {
        var tokens = function.Tokens;
        var body = tokens[function.First];
        yield return new Draft(
            MutationKind.EarlyReturn,
            body.End,
            body.End,
            function.ReturnsNothing ? " return;" : " return 0;");
        var starts = true;
        for (var i = function.First + 1; i < function.Last; i++)
        {
            var token = tokens[i];
            if (token.Is("if") && tokens[i + 1].Is("("))
            {
                var close = Brackets.Close(tokens, i + 1);
                yield return Turned(tokens, i + 1, close);
                i = close;
                starts = true;
            }
            else if (token.Value is "while" or "for" or "switch" && tokens[i + 1].Is("("))
            {
                i = Brackets.Close(tokens, i + 1);
                starts = true;
            }
            else if (token.Is("{") || token.Is("}") || token.Is(";") || token.Is(":")
                || token.Is("else") || token.Is("do"))
            {
                starts = true;
            }
            else if (starts)
            {
                var end = EndOfStatement(tokens, i, function.Last);
                if (end.IsHeader)
                {
                    i = end.Index;
                    continue;
                }

                starts = false;
                if (Dropped(tokens, i, end.Index) is { } draft)
                {
                    yield return draft;
                }
            }
        }
    }

    private static Draft Turned(IReadOnlyList<CToken> tokens, int open, int close)
    {
        var from = tokens[open + 1];
        var text = string.Join(
            ' ', tokens.Skip(open + 1).Take(close - open - 1).Select(t => t.Value));
        return new Draft(
            MutationKind.Negation, from.Start, tokens[close - 1].End, $"!({text})");
    }

    // Where a statement's semicolon is; or, of what only looks like a call and is the head of a
    // loop, where the head ends.
    private static (int Index, bool IsHeader) EndOfStatement(
        IReadOnlyList<CToken> tokens, int start, int last)
    {
        if (tokens[start].Kind == CTokenKind.Word && tokens[start + 1].Is("("))
        {
            var close = Brackets.Close(tokens, start + 1);
            var next = tokens[close + 1];
            if (next.Is("{") || next.Kind == CTokenKind.Word)
            {
                return (close, true);
            }
        }

        for (var i = start; i < last; i++)
        {
            if (tokens[i].Is(";"))
            {
                return (i, false);
            }

            if (Brackets.Opens(tokens[i]))
            {
                i = Brackets.Close(tokens, i);
            }
        }

        return (last, false);
    }

    private static Draft? Dropped(IReadOnlyList<CToken> tokens, int start, int end)
    {
        if (end <= start || !tokens[end].Is(";"))
        {
            return null;
        }

        var name = tokens[start];
        if (name.Kind == CTokenKind.Word && tokens[start + 1].Is("(")
            && Brackets.Close(tokens, start + 1) == end - 1)
        {
            return IsKeyword(name.Value)
                ? null
                : new Draft(KindOfCall(name.Value), name.Start, tokens[end - 1].End, "");
        }

        return IsAssignment(tokens, start, end)
            ? new Draft(
                MutationKind.DroppedAssignment, name.Start, tokens[end - 1].End, "")
            : null;
    }

    private static MutationKind KindOfCall(string name) =>
        Array.Exists(LockWords, w => name.Contains(w, StringComparison.Ordinal))
            ? MutationKind.DroppedLock
            : Array.Exists(FlushWords, w => name.Contains(w, StringComparison.Ordinal))
                ? MutationKind.DroppedFlush
                : MutationKind.DroppedCall;

    // Not a declaration, which begins with a type: two words, or a word, a star and a word.
    private static bool IsAssignment(IReadOnlyList<CToken> tokens, int start, int end)
    {
        if (IsKeyword(tokens[start].Value))
        {
            return false;
        }

        var at = start;
        while (at < end && !Assignments.Contains(tokens[at].Value))
        {
            at = Brackets.Opens(tokens[at]) ? Brackets.Close(tokens, at) + 1 : at + 1;
        }

        var isDeclaration = tokens[start].Kind == CTokenKind.Word
            && (tokens[start + 1].Kind == CTokenKind.Word || tokens[start + 1].Is("*"));
        return at < end && !isDeclaration;
    }
}
