// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Histories;

/// <summary>What a commit is to a question.</summary>
public enum Verdict
{
    /// <summary>Before the change.</summary>
    Good,

    /// <summary>After the change.</summary>
    Bad,

    /// <summary>It cannot tell.</summary>
    Untestable,
}

/// <summary>A verdict, with why.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Why">One line.</param>
public sealed record Answer(Verdict Verdict, string Why);

/// <summary>
/// When did this begin? Decides which outcomes of a trace are good and which bad, and which
/// are neither: a wrong culprit is worse than none.
/// </summary>
public sealed class Question
{
    private readonly FailureSignature? _wanted;
    private readonly Outcome? _before;
    private readonly Outcome? _after;

    private Question(FailureSignature? wanted, Outcome? before, Outcome? after)
    {
        _wanted = wanted;
        _before = before;
        _after = after;
    }

    /// <summary>The failure in question; null when any change of behaviour is.</summary>
    public FailureSignature? Wanted => _wanted;

    /// <summary>Asks when a failure began.</summary>
    /// <param name="wanted">The failure.</param>
    /// <param name="before">What came of the trace at the good end; failures that it has
    /// already do not make a commit untestable. Null when it is not known.</param>
    public static Question About(FailureSignature wanted, Outcome? before) =>
        new(wanted, before, null);

    /// <summary>Asks when the behaviour changed.</summary>
    /// <param name="before">What came of the trace at the old end.</param>
    /// <param name="after">What came of it at the new end.</param>
    public static Question AnyChange(Outcome before, Outcome after) =>
        new(null, before, after);

    /// <summary>The failure that a trace is about: the one it names, or else the first that it
    /// shows at the bad end and not at the good one.</summary>
    /// <returns>Null when there is none.</returns>
    public static FailureSignature? Choose(Trace trace, Outcome before, Outcome after) =>
        FailureSignature.In(trace)
        ?? after.Failures.FirstOrDefault(f => !before.Has(f.Signature))?.Signature;

    /// <summary>What an outcome says.</summary>
    public Answer Judge(Outcome outcome)
    {
        if (_wanted is null)
        {
            return JudgeChange(outcome);
        }

        if (outcome.Has(_wanted))
        {
            return new(Verdict.Bad, _wanted.ToString());
        }

        var other = outcome.Failures.Where(Counts).FirstOrDefault(f =>
            f.Hides(_wanted.Kind) || _before is null || !_before.Has(f.Signature));
        return other is null
            ? new(Verdict.Good, outcome.ToString())
            : new(Verdict.Untestable, $"fails differently: {other.Signature}");
    }

    // A difference from some other kernel is no failure in itself.
    private bool Counts(Failure failure) =>
        failure.Signature.Kind is FailureKind.Crash or FailureKind.Contract or FailureKind.Expect
        || failure.Signature.Kind == _wanted!.Kind;

    private Answer JudgeChange(Outcome outcome)
    {
        if (outcome.Behaviour == _before!.Behaviour)
        {
            return new(Verdict.Good, "behaves as before");
        }

        // A crash is no behaviour that anybody asks about, unless it is what is new.
        var crash = outcome.Failures.FirstOrDefault(
            f => f.Signature.Kind == FailureKind.Crash);
        return crash is null || _after!.Has(crash.Signature)
            ? new(
                Verdict.Bad,
                outcome.Behaviour == _after!.Behaviour ? "behaves as after" : "behaves otherwise")
            : new(Verdict.Untestable, $"fails differently: {crash.Signature}");
    }
}
