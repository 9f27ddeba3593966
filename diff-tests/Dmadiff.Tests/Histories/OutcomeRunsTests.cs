// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

public class OutcomeRunsTests
{
    /// <summary>Each word is COMMIT:OUTCOME:PARENT,PARENT; "-" cannot be tested, and what has
    /// no word of its own lies outside and comes to 0.</summary>
    [Theory]
    [InlineData("a:0:o b:0:a", "before 0 x2")]
    [InlineData("a:0:o b:1:a c:1:b d:0:c", "before 0 x1, b 1 x2, d 0 x1")]
    [InlineData("a:-:o b:0:a", "before 0 x1")]
    [InlineData("a:-:o b:-:a c:1:b", "before 0 x0, c 1 x1 or a b")]
    [InlineData("a:1:o b:0:o m:1:a,b", "before 0 x1, a 1 x2")]
    [InlineData("a:1:o b:0:o m:0:a,b", "before 0 x2, a 1 x1")]
    [InlineData("a:1:o b:0:o m:2:a,b", "before 0 x1, a 1 x1, m 2 x1")]
    [InlineData("a:1:o b:2:o m:1:b,a", "before 0 x0, a 1 x2, b 2 x1")]
    public void Equal_outcomes_are_one_stretch(string history, string expected)
    {
        string[][] words = [.. history.Split(' ').Select(w => w.Split(':'))];
        var outcomes = words.ToDictionary(w => w[0], w => w[1]);
        IReadOnlyList<OutcomeRun> runs = OutcomeRuns.Divide(
            [.. words.Select(w => (w[0], (IReadOnlyList<string>)w[2].Split(',')))],
            commit => outcomes.GetValueOrDefault(commit, "0") is var text && text == "-"
                ? null
                : new Outcome([], ulong.Parse(text)));
        string.Join(", ", runs.Select(Text)).ShouldBe(expected);
    }

    private static string Text(OutcomeRun run)
    {
        string doubt = run.Doubtful.Count > 0 ? " or " + string.Join(' ', run.Doubtful) : "";
        return $"{run.First ?? "before"} {run.Outcome?.Behaviour} x{run.Commits}{doubt}";
    }
}
