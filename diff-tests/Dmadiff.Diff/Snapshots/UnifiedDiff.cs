// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using DiffPlex;
using DiffPlex.Model;

namespace Dmadiff.Diff.Snapshots;

/// <summary>Writes the difference of two texts as patch(1) and reviewers know it.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The difference, each line ended by a newline; empty when there is none.
    /// </summary>
    /// <param name="oldName">Stands behind ---.</param>
    /// <param name="oldText">Lines ended by newlines.</param>
    /// <param name="newName">Stands behind +++.</param>
    /// <param name="newText">Lines ended by newlines.</param>
    public static string Of(string oldName, string oldText, string newName, string newText)
    {
        if (oldText == newText)
        {
            return string.Empty;
        }

        var diff = new Differ().CreateLineDiffs(
            Body(oldText), Body(newText), ignoreWhitespace: false);
        var text = new StringBuilder($"--- {oldName}\n+++ {newName}\n");
        for (var first = 0; first < diff.DiffBlocks.Count;)
        {
            var last = first;
            while (last + 1 < diff.DiffBlocks.Count
                && diff.DiffBlocks[last + 1].DeleteStartA - EndOfOld(diff.DiffBlocks[last])
                    <= 2 * Context)
            {
                last++;
            }

            Hunk(text, diff, first, last, oldText.Length == 0, newText.Length == 0);
            first = last + 1;
        }

        return text.ToString();
    }

    private static void Hunk(
        StringBuilder text, DiffResult diff, int first, int last, bool oldEmpty, bool newEmpty)
    {
        var (old, current) = (diff.PiecesOld, diff.PiecesNew);
        var (start, end) = (diff.DiffBlocks[first], diff.DiffBlocks[last]);
        var before = Math.Min(Context, start.DeleteStartA);
        var oldFrom = start.DeleteStartA - before;
        var newFrom = start.InsertStartB - before;
        var oldTo = oldEmpty ? 0 : Math.Min(old.Length, EndOfOld(end) + Context);
        var newTo = newEmpty
            ? 0
            : Math.Min(current.Length, end.InsertStartB + end.InsertCountB + Context);
        text.Append($"@@ -{Range(oldFrom, oldTo)} +{Range(newFrom, newTo)} @@\n");
        var at = oldFrom;
        for (var i = first; i <= last; i++)
        {
            var block = diff.DiffBlocks[i];
            Lines(text, ' ', old, at, block.DeleteStartA);
            if (!oldEmpty)
            {
                Lines(text, '-', old, block.DeleteStartA, EndOfOld(block));
            }

            if (!newEmpty)
            {
                Lines(
                    text, '+', current, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            }

            at = EndOfOld(block);
        }

        Lines(text, ' ', old, at, oldTo);
    }

    private static int EndOfOld(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static string Range(int from, int to) => to == from + 1
        ? $"{to}"
        : $"{(to == from ? from : from + 1)},{to - from}";

    private static void Lines(
        StringBuilder text, char sign, string[] lines, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            text.Append(sign).Append(lines[i]).Append('\n');
        }
    }

    // The last newline ends a line, it does not begin another.
    private static string Body(string text) => text.EndsWith('\n') ? text[..^1] : text;
}
