// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings;

/// <summary>A command line that can be copied into a shell.</summary>
/// <param name="Words">Its words, each quoted as a shell has to be given it. An option and its
/// value may be one word, so that they stay on one line.</param>
public sealed record ShellCommand(ValueList<string> Words)
{
    /// <summary>All on one line.</summary>
    public override string ToString() => string.Join(' ', Words);

    /// <summary>The command in lines that a shell takes for one.</summary>
    /// <param name="first">Columns that the first line may have.</param>
    /// <param name="others">Columns that each of the others may have.</param>
    public IReadOnlyList<string> Wrap(int first, int others)
    {
        const string goesOn = " \\";
        var lines = new List<string>();
        var line = string.Empty;
        for (var i = 0; i < Words.Count; i++)
        {
            var width = lines.Count == 0 ? first : others;
            var room = i + 1 < Words.Count ? width - goesOn.Length : width;
            if (line.Length > 0 && line.Length + 1 + Words[i].Length > room)
            {
                lines.Add(line + goesOn);
                line = Words[i];
            }
            else
            {
                line += line.Length > 0 ? " " + Words[i] : Words[i];
            }
        }

        lines.Add(line);
        return lines;
    }
}
