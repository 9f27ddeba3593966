// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;

namespace Dmadiff.Cli.Histories;

/// <summary>What came of one trace on one commit.</summary>
/// <param name="Outcome">What came of it; null when it could not be run.</param>
/// <param name="Problem">Why it could not; null when it could.</param>
internal sealed record Evaluation(Outcome? Outcome, string? Problem)
{
    /// <summary>What it says to a question.</summary>
    public Answer Judge(Question question) => Outcome is null
        ? new Answer(Verdict.Untestable, Problem!)
        : question.Judge(Outcome);
}
