// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>
/// Reads a diff for what messages and judges need of it; git itself applies it. Text around
/// the diff, as in a mail, is passed over.
/// </summary>
internal sealed partial class DiffText
{
    private const string NoFile = "/dev/null";
    private readonly List<DiffFile> _files = [];
    private readonly string[] _lines;
    private int _at;

    private DiffText(string[] lines) => _lines = lines;

    /// <summary>The files, in their order.</summary>
    public IReadOnlyList<DiffFile> Files => _files;

    /// <summary>Files, added and removed lines that the summary above the diff speaks of; null
    /// when there is none.</summary>
    public (int Files, int Added, int Removed)? Declared { get; private set; }

    /// <summary>What the diff really has.</summary>
    public (int Files, int Added, int Removed) Actual =>
    (
        _files.Count,
        _files.Sum(f => f.Hunks.Sum(h => h.Count('+'))),
        _files.Sum(f => f.Hunks.Sum(h => h.Count('-')))
    );

    /// <summary>Whether a line begins a diff.</summary>
    public static bool IsStart(string line) =>
        line.StartsWith("diff --git ", StringComparison.Ordinal)
        || line.StartsWith("--- ", StringComparison.Ordinal)
        || line.StartsWith("Index: ", StringComparison.Ordinal);

    /// <summary>Whether a file has a diff in it.</summary>
    public static bool HasDiff(string file) => Read(file).Files.Count > 0;

    /// <summary>Reads the diff in a file.</summary>
    public static DiffText Read(string file) => Parse(File.ReadAllText(file, Encoding.Latin1));

    /// <summary>Reads a diff.</summary>
    /// <param name="text">One character a byte: what is in files is of no known encoding.
    /// </param>
    public static DiffText Parse(string text)
    {
        var diff = new DiffText(text.Split('\n'));
        while (diff._at < diff._lines.Length)
        {
            diff.Next();
        }

        return diff;
    }

    private void Next()
    {
        string line = _lines[_at];
        if (line.StartsWith("diff --git ", StringComparison.Ordinal))
        {
            OneFile(GitNames(line));
        }
        else if (IsPair())
        {
            OneFile((null, null));
        }
        else
        {
            if (_files.Count == 0 && Summary().Match(line) is { Success: true } sum)
            {
                Declared = (Number(sum, "files"), Number(sum, "added"), Number(sum, "removed"));
            }

            _at++;
        }
    }

    /// <summary>From the line that begins a file to the end of its last hunk.</summary>
    private void OneFile((string? Old, string? New) names)
    {
        (string? before, string? after) = names;
        bool isBinary = false;
        if (!IsPair())
        {
            _at++;
        }

        for (; _at < _lines.Length; _at++)
        {
            string line = _lines[_at];
            if (line.StartsWith("new file mode", StringComparison.Ordinal))
            {
                before = null;
            }
            else if (line.StartsWith("deleted file mode", StringComparison.Ordinal))
            {
                after = null;
            }
            else if (line.StartsWith("rename from ", StringComparison.Ordinal)
                || line.StartsWith("copy from ", StringComparison.Ordinal))
            {
                before = Name(line[line.IndexOf("from ", StringComparison.Ordinal)..][5..]);
            }
            else if (line.StartsWith("rename to ", StringComparison.Ordinal)
                || line.StartsWith("copy to ", StringComparison.Ordinal))
            {
                after = Name(line[(line.IndexOf("to ", StringComparison.Ordinal) + 3)..]);
            }
            else if (line.StartsWith("GIT binary patch", StringComparison.Ordinal)
                || BinaryFiles().IsMatch(line))
            {
                isBinary = true;
            }
            else if (IsPair())
            {
                before = Stripped(line[4..]);
                after = Stripped(_lines[_at + 1][4..]);
                _at += 2;
                break;
            }
            else if (!Extended().IsMatch(line))
            {
                break;
            }
        }

        _files.Add(new DiffFile(before, after, isBinary, Hunks()));
    }

    private List<DiffHunk> Hunks()
    {
        var hunks = new List<DiffHunk>();
        while (_at < _lines.Length && HunkHead().Match(_lines[_at]) is { Success: true } head)
        {
            int old = head.Groups["oldCount"].Success ? Number(head, "oldCount") : 1;
            int added = head.Groups["newCount"].Success ? Number(head, "newCount") : 1;
            var lines = new List<string>();
            for (_at++; _at < _lines.Length; _at++)
            {
                string line = _lines[_at];
                char mark = line.Length > 0 ? line[0] : ' ';
                if ((old <= 0 && added <= 0 && mark != '\\')
                    || mark is not (' ' or '+' or '-' or '\\'))
                {
                    break;
                }

                old -= mark is ' ' or '-' ? 1 : 0;
                added -= mark is ' ' or '+' ? 1 : 0;
                lines.Add(line);
            }

            hunks.Add(new DiffHunk(Number(head, "old"), Number(head, "new"), lines));
        }

        return hunks;
    }

    private bool IsPair() => _at + 1 < _lines.Length
        && _lines[_at].StartsWith("--- ", StringComparison.Ordinal)
        && _lines[_at + 1].StartsWith("+++ ", StringComparison.Ordinal);

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } digits
            && int.TryParse(digits.Value, CultureInfo.InvariantCulture, out int number)
            ? number
            : 0;

    /// <summary>The names in "diff --git a/x b/x", which are the only ones where nothing but
    /// modes or binary content changes.</summary>
    private static (string? Old, string? New) GitNames(string line)
    {
        string names = line["diff --git ".Length..].TrimEnd('\r');
        if (names.StartsWith('"'))
        {
            MatchCollection quoted = Quoted().Matches(names);
            return quoted.Count == 2
                ? (Stripped(quoted[0].Value), Stripped(quoted[1].Value))
                : (null, null);
        }

        // Both have the same length, so the space between them is in the middle.
        return names.Length % 2 == 1 && names[names.Length / 2] == ' '
            ? (Stripped(names[..(names.Length / 2)]), Stripped(names[((names.Length / 2) + 1)..]))
            : (null, null);
    }

    /// <summary>A name without the folder that diffs put in front ("a/", "b/").</summary>
    private static string? Stripped(string name)
    {
        string path = Name(name.Split('\t')[0]);
        int slash = path.IndexOf('/');
        return path == NoFile ? null : slash < 0 ? path : path[(slash + 1)..];
    }

    private static string Name(string name)
    {
        string path = name.TrimEnd('\r', ' ');
        if (path.Length > 1 && path[0] == '"' && path[^1] == '"')
        {
            path = Escape().Replace(path[1..^1], m => m.Value switch
            {
                "\\t" => "\t",
                "\\n" => "\n",
                ['\\', >= '0' and <= '7', ..] => ((char)Convert.ToInt32(m.Value[1..], 8)).ToString(),
                _ => m.Value[1..],
            });
        }

        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path));
    }

    [GeneratedRegex(
        @"^ (?<files>\d+) files? changed(?:, (?<added>\d+) insertions?\(\+\))?"
        + @"(?:, (?<removed>\d+) deletions?\(-\))?\r?$",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Summary();

    [GeneratedRegex(
        @"^@@ -(?<old>\d+)(?:,(?<oldCount>\d+))? \+(?<new>\d+)(?:,(?<newCount>\d+))? @@",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex HunkHead();

    [GeneratedRegex(
        @"^(?:index |old mode|new mode|new file|deleted file|similarity |dissimilarity )",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Extended();

    [GeneratedRegex("^Binary files .* differ\r?$", RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex BinaryFiles();

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """, RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\\(?:[0-7]{3}|.)", RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex Escape();
}
