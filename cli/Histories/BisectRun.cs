// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Histories;

/// <summary>What was found for one trace.</summary>
/// <param name="Trace">The trace.</param>
/// <param name="Question">What was asked.</param>
/// <param name="Bisection">How it was answered.</param>
internal sealed record BisectResult(
    TraceInQuestion Trace, Question Question, Bisection Bisection);

/// <summary>
/// One pass over a range for any number of traces: whatever is built for one of them is
/// run for all.
/// </summary>
/// <param name="session">Builds and runs.</param>
/// <param name="ends">The range.</param>
internal sealed class BisectRun(HistorySession session, RangeEnds ends)
{
    /// <summary>The good end's commit.</summary>
    public string Good { get; private set; } = string.Empty;

    /// <summary>The bad end's commit.</summary>
    public string Bad { get; private set; } = string.Empty;

    /// <summary>Commits that were tested, the ends included.</summary>
    public int Steps { get; private set; }

    /// <summary>Finds the first bad commit of every trace.</summary>
    /// <exception cref="UserErrorException">The ends are not what they are said to be.
    /// </exception>
    /// <exception cref="UntestableException">They cannot be tested.</exception>
    public IReadOnlyList<BisectResult> Find(CancellationToken cancel)
    {
        Good = session.Resolve(ends.Good);
        Bad = session.Resolve(ends.Bad);
        IReadOnlyList<Question> questions = ends.Verify(session, Good, Bad, cancel);
        Steps = 2;
        var graph = new SessionGraph(session, cancel);
        if (graph.MergeBases(Bad, Good).Count == 0)
        {
            throw new UserErrorException(
                $"{ends.Good} and {ends.Bad} have no history in common");
        }

        BisectResult[] results =
        [
            .. questions.Select((question, i) => new BisectResult(
                session.Traces[i], question, new Bisection(graph, Good, Bad))),
        ];
        while (results.Select(r => r.Bisection.Next).FirstOrDefault(n => n is not null) is { } next)
        {
            Steps++;
            for (int i = 0; i < results.Length; i++)
            {
                if (results[i].Bisection.Wants(next))
                {
                    results[i].Bisection.Mark(
                        next, session.Evaluate(next, i, cancel).Judge(results[i].Question));
                }
            }
        }

        return results;
    }
}
