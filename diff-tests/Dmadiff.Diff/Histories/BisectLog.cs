// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.Diff.Histories;

/// <summary>Writes a bisection as git bisect log does, for git bisect replay.</summary>
/// <param name="describe">"[id] subject" of a commit.</param>
/// <param name="parents">The parents of a commit, those alone that are followed.</param>
public sealed class BisectLog(
    Func<string, string> describe, Func<string, IReadOnlyList<string>> parents)
{
    /// <summary>Whether git is told to follow the first parents alone.</summary>
    public bool FirstParent { get; init; }

    /// <summary>Whether the ends are called old and new.</summary>
    public bool OldAndNew { get; init; }

    /// <summary>The whole log.</summary>
    /// <param name="good">The good end.</param>
    /// <param name="bad">The bad end.</param>
    /// <param name="bisection">What was tested between them.</param>
    public string Write(string good, string bad, Bisection bisection)
    {
        var (badTerm, goodTerm) = OldAndNew ? ("new", "old") : ("bad", "good");
        var text = new StringBuilder();
        text.Append("git bisect start");
        text.Append(FirstParent ? " '--first-parent'\n" : "\n");
        Add(text, badTerm, bad);
        Add(text, goodTerm, good);
        foreach (var tested in bisection.Tested)
        {
            var term = tested.Answer.Verdict switch
            {
                Verdict.Good => goodTerm,
                Verdict.Bad => badTerm,
                _ => "skip",
            };
            Add(text, term, tested.Commit);
        }

        switch (bisection.FirstBad.Count)
        {
            case 0:
                break;
            case 1:
                AddNeighbours(text, badTerm, goodTerm, bad, bisection);
                text.Append($"# first {badTerm} commit: {describe(bisection.FirstBad[0])}\n");
                break;
            default:
                text.Append("# only skipped commits left to test\n");
                foreach (var commit in bisection.FirstBad)
                {
                    text.Append($"# possible first {badTerm} commit: {describe(commit)}\n");
                }

                break;
        }

        return text.ToString();
    }

    // Commits that leave the files alone were not tested; git does not know of files, and needs
    // to be told.
    private void AddNeighbours(
        StringBuilder text, string badTerm, string goodTerm, string bad, Bisection bisection)
    {
        var first = bisection.FirstBad[0];
        if (first != bad && bisection.Tested.All(t => t.Commit != first))
        {
            Add(text, badTerm, first);
        }

        foreach (var parent in parents(first).Where(p => !bisection.Good.Contains(p)))
        {
            Add(text, goodTerm, parent);
        }
    }

    private void Add(StringBuilder text, string term, string commit) =>
        text.Append($"# {term}: {describe(commit)}\ngit bisect {term} {commit}\n");
}
