// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Histories;

/// <summary>The two revisions that a bisection lies between.</summary>
/// <param name="Good">The good, or old, one as the user calls it.</param>
/// <param name="Bad">The bad, or new, one as the user calls it.</param>
/// <param name="AnyChange">Whether any change of behaviour is asked for: they are called old
/// and new then.</param>
internal sealed record RangeEnds(string Good, string Bad, bool AnyChange)
{
    /// <summary>What the good end is called.</summary>
    public string GoodTerm => AnyChange ? "old" : "good";

    /// <summary>What the bad end is called.</summary>
    public string BadTerm => AnyChange ? "new" : "bad";

    private string GoodEnd => $"{Good} ({GoodTerm})";

    private string BadEnd => $"{Bad} ({BadTerm})";

    /// <summary>The question of each trace, after making sure that the ends are what they are
    /// said to be.</summary>
    /// <param name="session">Runs the traces.</param>
    /// <param name="good">The good end's commit.</param>
    /// <param name="bad">The bad end's commit.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserErrorException">They are not.</exception>
    /// <exception cref="UntestableException">An end cannot be built, or cannot tell.</exception>
    public IReadOnlyList<Question> Verify(
        HistorySession session, string good, string bad, CancellationToken cancel)
    {
        IReadOnlyList<Outcome> before = Built(session.Evaluate(good, cancel), GoodEnd);
        IReadOnlyList<Outcome> after = Built(session.Evaluate(bad, cancel), BadEnd);
        if (session.Traces.Any(t => t.Asked?.Kind == FailureKind.Behaviour))
        {
            session.CompareWith(good);
            before = Built(session.Evaluate(good, cancel), GoodEnd);
            after = Built(session.Evaluate(bad, cancel), BadEnd);
        }

        return
        [
            .. session.Traces.Select((trace, i) => AnyChange
                ? Changed(trace, before[i], after[i])
                : Failing(trace, before[i], after[i])),
        ];
    }

    private static IReadOnlyList<Outcome> Built(IReadOnlyList<Evaluation> end, string name) =>
    [
        .. end.Select(e => e.Outcome
            ?? throw new UntestableException($"{name} cannot be tested: {e.Problem}")),
    ];

    private Question Changed(TraceInQuestion trace, Outcome before, Outcome after) =>
        before.Behaviour != after.Behaviour
            ? Question.AnyChange(before, after)
            : throw new UserErrorException(
                $"{trace.Origin}: behaves the same on {GoodEnd} and on {BadEnd}");

    private Question Failing(TraceInQuestion trace, Outcome before, Outcome after)
    {
        FailureSignature? wanted =
            trace.Asked ?? Question.Choose(trace.Trace, before, after);
        if (wanted is null)
        {
            throw new UserErrorException($"{trace.Origin}: " + (after.Failures.Count > 0
                ? $"{GoodEnd} fails as {BadEnd} does: {before}; an older good revision is needed"
                : $"nothing is wrong on {BadEnd}" + Swapped(before.Failures.Count > 0, before)));
        }

        if (!after.Has(wanted))
        {
            throw new UserErrorException(
                $"{trace.Origin}: {BadEnd} does not show it: {wanted}, but {after}"
                + Swapped(before.Has(wanted), before));
        }

        Answer answer = Question.About(wanted, before).Judge(before);
        return answer.Verdict switch
        {
            Verdict.Good => Question.About(wanted, before),
            Verdict.Bad => throw new UserErrorException(
                $"{trace.Origin}: {GoodEnd} shows it too: {wanted}; an older good revision is "
                + "needed"),
            _ => throw new UntestableException(
                $"{trace.Origin}: {GoodEnd} cannot tell about {wanted}: {answer.Why}"),
        };
    }

    private string Swapped(bool isBad, Outcome before) => isBad
        ? $"; {GoodEnd} fails: {before}; good and bad may be swapped: try --good {Bad} --bad "
            + Good
        : string.Empty;
}

/// <summary>Something cannot be tested, so that nothing can be said: exit status 125.
/// </summary>
internal sealed class UntestableException : Exception
{
    /// <summary>Creates it with a message for the user.</summary>
    public UntestableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public UntestableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public UntestableException()
    {
    }
}
