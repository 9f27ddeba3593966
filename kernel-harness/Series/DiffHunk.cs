// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>One hunk of a diff.</summary>
/// <param name="OldStart">The line in the old file that it says it begins at.</param>
/// <param name="NewStart">The same of the new file.</param>
/// <param name="Lines">Its lines, each with its mark in front.</param>
internal sealed record DiffHunk(int OldStart, int NewStart, IReadOnlyList<string> Lines)
{
    /// <summary>What it expects to find, without marks.</summary>
    public IEnumerable<string> Expected =>
        Lines.Where(l => l.Length == 0 || l[0] is ' ' or '-').Select(l => l.Length > 0 ? l[1..] : l);

    /// <summary>How many lines have a mark.</summary>
    public int Count(char mark) => Lines.Count(l => l.StartsWith(mark));

    /// <summary>The lines that it adds, by number in the new file.</summary>
    public IEnumerable<int> Added
    {
        get
        {
            int line = Math.Max(NewStart, 1);
            foreach (string text in Lines)
            {
                if (text.StartsWith('+'))
                {
                    yield return line;
                }

                line += text.StartsWith('-') || text.StartsWith('\\') ? 0 : 1;
            }
        }
    }

    /// <summary>The lines of the new file between which it is: all that it has of the new
    /// file, or where it removed some, the line before and the one after.</summary>
    public LineRange Place
    {
        get
        {
            int count = Lines.Count(l => !l.StartsWith('-') && !l.StartsWith('\\'));
            return count > 0
                ? new LineRange(NewStart, NewStart + count - 1)
                : new LineRange(Math.Max(NewStart, 1), NewStart + 1);
        }
    }
}
