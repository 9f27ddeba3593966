// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Finds out whether a kernel's file takes in files that are not of its tree: a kernel has no
/// reason to, and a stranger's may be after the user's files.
/// </summary>
internal sealed partial class OutsideFiles(BuildPaths paths, bool mayUseSystem)
{
    private const string System = "/usr/";

    /// <summary>Whether a file is neither the tree's nor this project's.</summary>
    /// <param name="file">Path, from the folder of the build on.</param>
    public bool IsOutside(string file)
    {
        string full = Path.GetFullPath(file, paths.Build);
        string[] inside = [paths.Tree, paths.Harness, paths.Build];
        return !inside.Any(folder => full.StartsWith(folder + "/", StringComparison.Ordinal))
            && !(mayUseSystem && full.StartsWith(System, StringComparison.Ordinal));
    }

    /// <summary>The first such file that preprocessed text has in it, and where it was
    /// included.</summary>
    /// <param name="preprocessed">With line markers.</param>
    /// <returns>"include/linux/dma.h:12: includes PATH, which is not of this tree", or null.
    /// </returns>
    public string? Find(string preprocessed)
    {
        var stack = new Stack<(string File, string? Outside)>();
        string current = string.Empty;
        string? first = null;
        foreach (Match marker in Marker().Matches(preprocessed))
        {
            string file = marker.Groups["file"].Value;
            string flags = marker.Groups["flags"].Value;
            bool outside = !file.StartsWith('<') && IsOutside(file);
            if (flags.StartsWith('1'))
            {
                bool isNew = outside && first is null && !stack.Any(s => s.Outside is not null);
                stack.Push((current, isNew ? file : null));
            }
            else if (flags.StartsWith('2') && stack.TryPop(out var entered)
                && entered.Outside is { } path)
            {
                int line = int.Parse(
                    marker.Groups["line"].Value, CultureInfo.InvariantCulture) - 1;
                first ??= Complaint(file, line, "includes", path);
            }

            current = file;
        }

        // An include that never came to its end.
        return first ?? stack.Where(s => s.Outside is not null)
            .Select(s => Complaint(s.File, 0, "includes", s.Outside!)).FirstOrDefault();
    }

    /// <summary>A file that the assembler was told to take in.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="sources">Files that the unit was compiled from.</param>
    public string ComplaintOfAssembler(string file, IEnumerable<string> sources)
    {
        foreach (string source in sources.Where(s => !IsOutside(s)).Order(StringComparer.Ordinal))
        {
            string[] lines = File.ReadAllLines(Path.GetFullPath(source, paths.Build));
            int line = Array.FindIndex(
                lines, l => l.Contains(file, StringComparison.Ordinal)
                    || l.Contains(".incbin", StringComparison.Ordinal));
            if (line >= 0)
            {
                return Complaint(source, line + 1, "has the assembler include", file);
            }
        }

        return $"the assembler is told to include {file}, which is not of this tree";
    }

    private string Complaint(string file, int line, string does, string outside) =>
        $"{paths.Display(file)}{(line > 0 ? $":{line}" : string.Empty)}: "
        + $"{does} {outside}, which is not of this tree";

    [GeneratedRegex(
        """^# (?<line>\d+) "(?<file>[^"]*)" ?(?<flags>[\d ]*)$""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Marker();
}
