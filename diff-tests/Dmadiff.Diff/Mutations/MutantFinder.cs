// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>
/// Finds where a file of C can be changed, by its words and statements and not by its lines, so
/// that any revision will do. What a place becomes need not compile.
/// </summary>
public static class MutantFinder
{
    /// <summary>All changes to a file, in the order of the text, no two alike.</summary>
    /// <param name="file">Path in the kernel's tree.</param>
    /// <param name="text">The file.</param>
    public static IReadOnlyList<Mutant> In(string file, string text)
    {
        var drafts = new List<(string Function, Draft Draft)>();
        foreach (var function in CFunction.In(CLexer.Read(text)))
        {
            IEnumerable<Draft> all =
            [
                .. ExpressionMutations.Of(function),
                .. StatementMutations.Of(function),
            ];
            drafts.AddRange(all.Select(draft => (function.Name, draft)));
        }

        var lines = new LineTable(text);
        return
        [
            .. drafts
                .Select(d => lines.Make(file, d.Function, d.Draft))
                .Where(m => m.Before != m.After)
                .OrderBy(m => m.Start)
                .ThenBy(m => m.Length)
                .ThenBy(m => m.Kind)
                .DistinctBy(m => (m.Start, m.Length, m.Replacement)),
        ];
    }

    // Lines and what is on them.
    private sealed class LineTable(string text)
    {
        private readonly List<int> _starts =
            [0, .. text.Index().Where(c => c.Item == '\n').Select(c => c.Index + 1)];

        public Mutant Make(string file, string function, Draft draft)
        {
            var replaced = text.Substring(draft.Start, draft.End - draft.Start);
            var missing = replaced.Count(c => c == '\n') - draft.Replacement.Count(c => c == '\n');
            var replacement = draft.Replacement + new string('\n', Math.Max(0, missing));
            var line = LineOf(draft.Start);
            var from = _starts[line];
            var last = LineOf(draft.End);
            var to = last + 1 < _starts.Count ? _starts[last + 1] - 1 : text.Length;
            return new Mutant(
                file, function, draft.Kind, draft.Start, draft.End - draft.Start, replacement,
                line + 1)
            {
                Before = Plain(text[from..to]),
                After = Plain(text[from..draft.Start] + replacement + text[draft.End..to]),
            };
        }

        private int LineOf(int at)
        {
            var found = _starts.BinarySearch(at);
            return found >= 0 ? found : ~found - 1;
        }

        private static string Plain(string some) => string.Join(
            ' ', some.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
