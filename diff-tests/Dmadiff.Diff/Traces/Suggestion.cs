// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Guesses which word was meant.</summary>
internal static class Suggestion
{
    /// <summary>" (did you mean "map"?)", or nothing when no word is close.</summary>
    public static string For(string word, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (candidate, distance: Distance(word, candidate)))
            .Where(row => row.distance <= Math.Max(1, row.candidate.Length / 3))
            .OrderBy(row => row.distance)
            .ThenBy(row => row.candidate, StringComparer.Ordinal)
            .Select(row => row.candidate)
            .FirstOrDefault();
        return best is null ? "" : $" (did you mean \"{best}\"?)";
    }

    // Edits that turn one word into the other: insert, delete, replace, or swap neighbours.
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Step(rows, left, right, i, j);
            }
        }

        return rows[left.Length, right.Length];
    }

    private static int Step(int[,] rows, string left, string right, int i, int j)
    {
        var replace = rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        var edit = Math.Min(replace, 1 + Math.Min(rows[i - 1, j], rows[i, j - 1]));
        var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(edit, rows[i - 2, j - 2] + 1) : edit;
    }
}
