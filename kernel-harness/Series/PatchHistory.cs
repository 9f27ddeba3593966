// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>Finds out whether a branch has a patch as one of its last commits.</summary>
/// <param name="git">A repository that has the branch.</param>
/// <param name="workspace">Where diffs go.</param>
internal sealed class PatchHistory(PrivateGit git, SeriesWorkspace workspace)
{
    /// <summary>Series are shorter than this.</summary>
    private const int MostCommits = 200;

    /// <summary>The commit that does what a patch does, under the same title.</summary>
    /// <param name="head">The last commit of the branch.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="cancel">Ends git.</param>
    /// <returns>Its id, or null.</returns>
    /// <exception cref="UserErrorException">git failed.</exception>
    public string? Find(string head, CheckedPatch patch, CancellationToken cancel)
    {
        string wanted = Id(patch.Mail.PatchFile, cancel);
        return git.Output(
                [
                    "rev-list", $"--max-count={MostCommits}", "--no-merges", "--min-parents=1",
                    "--no-commit-header", "--format=%H %s", head, "--",
                ],
                cancel)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .Where(words => words[1] == patch.Mail.Tag.Title)
            .Select(words => words[0])
            .FirstOrDefault(commit => Id(DiffOf(commit, cancel), cancel) == wanted);
    }

    private string DiffOf(string commit, CancellationToken cancel) =>
        new RangeReader(git, workspace).Read(commit, 1, 1, cancel).PatchFile;

    /// <summary>What a diff does, whatever the lines it does it at: git's patch id.</summary>
    private string Id(string diff, CancellationToken cancel) =>
        git.Output(["patch-id", "--stable"], cancel, input: diff).Split(' ')[0].Trim();
}
