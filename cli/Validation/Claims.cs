// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Holds patches to what their messages say.</summary>
/// <param name="series">The series.</param>
/// <param name="kernels">Its kernels; more are built where a patch says what it fixes.</param>
/// <param name="exercises">What kernels were given.</param>
/// <param name="records">Has them run it.</param>
/// <param name="cancel">Stops it.</param>
internal sealed class Claims(
    PatchSeries series,
    SeriesKernels kernels,
    IReadOnlyList<Exercise> exercises,
    KernelRecords records,
    CancellationToken cancel)
{
    private readonly GitHistory _git = new(series.Repository, firstParent: true);

    /// <summary>The claim that nothing changes, if it holds.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="outcome">What it brings.</param>
    /// <param name="ran">How many of its lines ran; may be empty.</param>
    public static IEnumerable<string> Unchanged(Patch patch, PatchOutcome outcome, string ran)
    {
        if (patch.NoChangeClaim is { } claim && !outcome.Changes)
        {
            string lines = ran.Length > 0
                ? $", {ran.Replace("/", " of ")} changed lines run"
                : string.Empty;
            yield return $"patch {patch.Number} says \"{claim}\": none was seen in "
                + $"{Summary.Count(outcome.Sequences, "sequence")}, "
                + Summary.Count(outcome.Operations, "operation") + lines;
        }
    }

    /// <summary>What became of the commits that a patch says it fixes.</summary>
    /// <param name="patch">The patch; its kernel was run.</param>
    public IEnumerable<FixAnswer> Fixes(Patch patch)
    {
        foreach (FixesTrailer fix in patch.Fixes)
        {
            yield return Answer(patch, fix);
        }
    }

    private FixAnswer Answer(Patch patch, FixesTrailer fix)
    {
        string head = $"patch {patch.Number} says it fixes {fix.Commit}";
        if (Describe(fix.Commit) is not { } commit
            || !_git.IsAncestor(commit.Id, patch.CommitId!, cancel))
        {
            return new FixAnswer($"{head}, which is not in the tree", false);
        }

        if (commit.Parents.Count != 1)
        {
            return new FixAnswer($"{head}, which has no parent to compare it with", false);
        }

        StageRecord? before = Record(commit.Parents[0], $"{commit.ShortId}^");
        StageRecord? after = Record(commit.Id, commit.ShortId);
        if (before is null || after is null)
        {
            return new FixAnswer($"{head}, which does not build here", false);
        }

        (int Index, Defect Defect)[] brought = [.. Brought(before, after)];
        StageRecord now = records.Take(patch.Number, cancel)!;
        Defect[] left =
        [
            .. brought.Where(b => now.Record.Traces[b.Index]?.Has(b.Defect) == true)
                .Select(b => b.Defect).Distinct(),
        ];
        return (brought.Length, left.Length) switch
        {
            (0, _) => new FixAnswer($"{head}: no sequence shows what that broke", false),
            (_, 0) => new FixAnswer(
                $"{head}: what that brought is gone: "
                    + string.Join(", ", brought.Select(b => b.Defect).Distinct()),
                false),
            _ => new FixAnswer(
                $"{head}: what that brought is still there: {string.Join(", ", left)}", true),
        };
    }

    private CommitInfo? Describe(string commit)
    {
        try
        {
            return _git.Describe(commit, cancel);
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private StageRecord? Record(string commit, string name)
    {
        try
        {
            return records.Take(kernels.Add(commit, name, cancel), cancel);
        }
        catch (UserErrorException)
        {
            // A commit from before there was a kernel to build.
            return null;
        }
    }

    private IEnumerable<(int Index, Defect Defect)> Brought(
        StageRecord before, StageRecord after) =>
        from i in Enumerable.Range(0, exercises.Count)
        where exercises[i].Switch is null
        let old = before.Record.Traces[i]
        where old is { Crashed: false }
        let now = after.Record.Traces[i]
        where now is not null
        from defect in now.Defects
        where !old.Has(defect)
        select (i, defect);
}
