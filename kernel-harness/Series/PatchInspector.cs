// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Finds out which files, functions and lines a commit changes.</summary>
/// <param name="git">The repository with the commit.</param>
internal sealed class PatchInspector(PrivateGit git)
{
    /// <summary>What a commit changes against another.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public IReadOnlyList<PatchedFile> Inspect(
        string before, string after, CancellationToken cancel)
    {
        // One character a byte, so that names and lines are read as git wrote them.
        string diff = git.Output(
            [
                "diff-tree", "-r", "-p", "-U0", "--no-color", "--no-ext-diff", "--no-textconv",
                "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", before, after, "--",
            ],
            cancel);
        string bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(diff));
        return
        [
            .. DiffText.Parse(bytes).Files
                .Select(file => Describe(file, before, after, cancel))
                .OrderBy(f => f.Path, StringComparer.Ordinal),
        ];
    }

    /// <summary>The same for a patch that was not applied, as far as its diff tells.</summary>
    public static IReadOnlyList<PatchedFile> Outline(IEnumerable<DiffFile> files) =>
    [
        .. files.Select(f => new PatchedFile(f.Path, f.OldPath, f.NewPath is null, [], []))
            .OrderBy(f => f.Path, StringComparer.Ordinal),
    ];

    private PatchedFile Describe(
        DiffFile file, string before, string after, CancellationToken cancel)
    {
        LineRange[] added = Ranges(file.Hunks.SelectMany(h => h.Added));
        if (file.NewPath is null || !IsC(file.NewPath))
        {
            return new PatchedFile(file.Path, file.OldPath, file.NewPath is null, added, []);
        }

        HashSet<string> known = file.OldPath is null
            ? []
            : [.. FunctionMap.Of(Text(before, file.OldPath, cancel)).Select(f => f.Name)];
        PatchedFunction[] functions =
        [
            .. FunctionMap.Of(Text(after, file.NewPath, cancel))
                .Where(f => file.Hunks.Any(h => Touches(h, f.Lines)))
                .Select(f => new PatchedFunction(
                    f.Name,
                    f.Lines,
                    [.. added.Select(r => r.In(f.Lines)).OfType<LineRange>()],
                    !known.Contains(f.Name))),
        ];
        return new PatchedFile(file.Path, file.OldPath, false, added, functions);
    }

    /// <summary>Lines that are only removed lie between two others: both have to be the
    /// function's.</summary>
    private static bool Touches(DiffHunk hunk, LineRange function) => hunk.Added.Any()
        ? hunk.Place.In(function) is not null
        : hunk.Place.In(function) is { Count: > 1 };

    private string Text(string commit, string path, CancellationToken cancel)
    {
        ToolResult text = git.Run(["cat-file", "blob", $"{commit}:{path}"], cancel);
        return text.ExitCode == 0 ? text.Output : string.Empty;
    }

    private static bool IsC(string path) => path.EndsWith(".c", StringComparison.Ordinal)
        || path.EndsWith(".h", StringComparison.Ordinal);

    private static LineRange[] Ranges(IEnumerable<int> lines)
    {
        var ranges = new List<LineRange>();
        foreach (int line in lines)
        {
            if (ranges.Count > 0 && ranges[^1].Last == line - 1)
            {
                ranges[^1] = ranges[^1] with { Last = line };
            }
            else
            {
                ranges.Add(new LineRange(line, line));
            }
        }

        return [.. ranges];
    }
}
