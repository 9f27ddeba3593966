// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>Reads the commits of a range.</summary>
/// <param name="git">A repository that has them.</param>
/// <param name="workspace">Where their diffs go.</param>
internal sealed class RangeReader(PrivateGit git, SeriesWorkspace workspace)
{
    private const int Fields = 5;

    /// <summary>Where the newer revision's history leaves the older's.</summary>
    /// <param name="range">What the user wrote.</param>
    /// <param name="older">The commit it names first.</param>
    /// <param name="newer">The commit it names second.</param>
    /// <param name="cancel">Ends git.</param>
    /// <exception cref="UserErrorException">They have no history in common.</exception>
    public string Start(
        CommitRange range, string older, string newer, CancellationToken cancel)
    {
        string start = git.Run(["merge-base", older, newer], cancel).Output.Trim();
        return start.Length > 0
            ? start
            : throw new UserErrorException(
                $"{range.From}..{range.To}: {range.From} and {range.To} have no history in common");
    }

    /// <summary>The commits between two, oldest first.</summary>
    /// <exception cref="UserErrorException">There are none, or a merge is among them.
    /// </exception>
    public IReadOnlyList<string> Commits(
        CommitRange range, string start, string newer, CancellationToken cancel)
    {
        string name = $"{range.From}..{range.To}";
        string[] between = [newer, "^" + start, "--"];
        string[] merges = Lines(["rev-list", "--min-parents=2", .. between], cancel);
        if (merges.Length > 0)
        {
            throw new UserErrorException(
                $"{name}: has {merges.Length} {(merges.Length == 1 ? "merge" : "merges")} in it "
                + $"({merges[0][..12]}); a series is one commit after the other");
        }

        string[] commits = Lines(["rev-list", "--reverse", "--topo-order", .. between], cancel);
        return commits.Length > 0
            ? commits
            : throw new UserErrorException($"{name}: no commits in it");
    }

    /// <summary>A commit in the form of a mail.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public PatchMail Read(string commit, int number, int total, CancellationToken cancel)
    {
        string[] parts = git.Output(
            [
                "show", "--no-patch", "--no-notes", "--format=%an%n%ae%n%aD%n%s%n%b", commit, "--",
            ],
            cancel).Split('\n', Fields);
        string patch = workspace.NewPath();
        git.Output(
            [
                "diff-tree", "-p", "--no-commit-id", "--binary", "--full-index", "--no-color",
                "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/",
                "--output=" + patch, commit, "--",
            ],
            cancel);
        return new PatchMail(
            commit[..12],
            commit,
            new SubjectTag(parts[3], false, 1, number, total, false),
            parts[0],
            parts[1],
            parts[2],
            parts[4].Trim(),
            patch,
            HasPatch: true);
    }

    private string[] Lines(string[] arguments, CancellationToken cancel) =>
        git.Output(arguments, cancel).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
