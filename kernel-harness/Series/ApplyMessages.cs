// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Reads what git apply says of a patch: which hunks took fuzz, and why one does not
/// apply.</summary>
internal static partial class ApplyMessages
{
    /// <summary>Files that did not fit as they are, and that a merge took care of.</summary>
    /// <param name="errors">Of the attempt without a merge.</param>
    public static IReadOnlyList<LooseHunk> Merged(string errors) =>
    [
        .. Failed().Matches(errors).Select(m => m.Groups["file"].Value)
            .Distinct(StringComparer.Ordinal)
            .Select(file => new LooseHunk(file, 0, "by a three-way merge")),
    ];

    /// <summary>The hunks that were found by a part of their context only.</summary>
    /// <param name="messages">Of the attempt that succeeded.</param>
    /// <param name="files">The patch's.</param>
    public static IReadOnlyList<LooseHunk> Fuzz(string messages, IReadOnlyList<DiffFile> files)
    {
        var loose = new List<LooseHunk>();
        string file = string.Empty;
        (int Hunk, int Line) moved = (0, 0);
        foreach (Match match in Progress().Matches(messages))
        {
            if (match.Groups["file"] is { Success: true } path)
            {
                file = path.Value;
                moved = (0, 0);
            }
            else if (match.Groups["hunk"].Success)
            {
                moved = (Number(match, "hunk"), Number(match, "at"));
            }
            else
            {
                int line = Number(match, "line");
                int hunk = moved.Line == line ? moved.Hunk : Nearest(file, line, files);
                loose.Add(new LooseHunk(
                    file,
                    hunk,
                    $"with {match.Groups["before"].Value} lines of context before it and "
                    + $"{match.Groups["after"].Value} after, at line {line}"));
            }
        }

        return loose;
    }

    /// <summary>The first place that does not fit.</summary>
    /// <param name="errors">Of the attempt with full context.</param>
    /// <param name="files">The patch's.</param>
    /// <param name="textOf">The text of a file that it is applied to; null if there is none.
    /// </param>
    public static PatchFailure Failure(
        string errors, IReadOnlyList<DiffFile> files, Func<string, string?> textOf)
    {
        if (Failed().Match(errors) is { Success: true } failed)
        {
            string file = failed.Groups["file"].Value;
            int line = Number(failed, "line");
            DiffFile? diff = files.FirstOrDefault(f => f.OldPath == file)
                ?? files.FirstOrDefault(f => f.Path == file);
            int hunk = diff?.Hunks.ToList().FindIndex(h => h.OldStart == line) ?? -1;
            return new PatchFailure(
                file,
                hunk + 1,
                line,
                hunk >= 0 ? Mismatch(diff!.Hunks[hunk], textOf(file)) : "it does not fit");
        }

        if (BothKinds().Match(errors) is { Success: true } both)
        {
            return new PatchFailure(
                both.Groups["file"].Value, 0, 0, "a folder on its path is a file");
        }

        return About().Match(errors) is { Success: true } about
            ? new PatchFailure(about.Groups["file"].Value, 0, 0, about.Groups["why"].Value switch
            {
                "does not exist in index" => "there is no such file",
                "already exists in index" => "it is to be a new file, and is there already",
                var other => other,
            })
            : new PatchFailure(string.Empty, 0, 0, FirstError(errors));
    }

    private static string Mismatch(DiffHunk hunk, string? text)
    {
        var present = new HashSet<string>(
            (text ?? string.Empty).Split('\n'), StringComparer.Ordinal);
        string? missing = hunk.Expected.FirstOrDefault(
            l => l.Trim().Length > 0 && !present.Contains(l));
        return missing is null
            ? "the lines that it expects are there, but not next to each other"
            : $"no line \"{missing.Trim()}\" in it";
    }

    /// <summary>The hunk that a line is nearest to, where git names none.</summary>
    private static int Nearest(string file, int line, IReadOnlyList<DiffFile> files)
    {
        IReadOnlyList<DiffHunk> hunks = files.FirstOrDefault(f => f.Path == file)?.Hunks ?? [];
        return hunks.Count == 0
            ? 0
            : hunks.Select((h, i) => (Distance: Math.Abs(h.NewStart - line), Number: i + 1))
                .Min().Number;
    }

    private static string FirstError(string errors) =>
        (AnyError().Match(errors) is { Success: true } error
            ? error.Groups["text"].Value
            : errors.Trim().Split('\n')[^1]).Trim();

    private static int Number(Match match, string group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^error: patch failed: (?<file>.*):(?<line>\d+)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Failed();

    [GeneratedRegex(
        @"^(?:Checking patch (?<file>.*?)(?: => .*)?\.\.\.|"
        + @"Hunk #(?<hunk>\d+) succeeded at (?<at>\d+) \(offset .*|"
        + @"Context reduced to \((?<before>\d+)/(?<after>\d+)\) to apply fragment at "
        + @"(?<line>\d+))$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Progress();

    [GeneratedRegex(
        "^error: (?<file>.*): (?<why>does not exist in index|already exists in index|"
        + "wrong type|has type .*|.*beyond a symbolic link)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex About();

    [GeneratedRegex(
        "^error: '(?<file>.*)' appears as both a file and as a directory$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex BothKinds();

    [GeneratedRegex(
        @"^(?:error|fatal): (?!while searching)(?<text>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex AnyError();
}
