// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Histories;

/// <summary>One way in which a trace fails on a kernel.</summary>
/// <param name="Signature">What it has in common with the same failure elsewhere.</param>
/// <param name="At">The operation or boot step, in the words of the trace.</param>
/// <param name="What">What was expected and what there is, or how the machine died.</param>
public sealed record Failure(FailureSignature Signature, string At, string What)
{
    /// <summary>The trace with what the checker added to it, when it takes that to see the
    /// failure; null when the trace by itself shows it.</summary>
    public Trace? Extended { get; init; }

    /// <summary>
    /// Whether what comes after it in a trace is not judged, so that other failures might
    /// have been there without being seen.
    /// </summary>
    /// <param name="other">The kind of failure that might have been.</param>
    public bool Hides(FailureKind other) => Signature.Kind switch
    {
        FailureKind.Crash => true,
        FailureKind.Contract => other == FailureKind.Contract && StopsJudging,
        _ => false,
    };

    // The rules after whose breach the checker's own account may be wrong.
    private bool StopsJudging => Signature.Text.Split(' ')[0] is "C3" or "C4" or "C5" or "C6";
}

/// <summary>What came of a trace on a kernel.</summary>
/// <param name="Failures">In the order they were looked for: a crash, breaches of the
/// contract, broken expectations, then differences.</param>
/// <param name="Behaviour">Digest of all that a driver or a device can see; two kernels with
/// the same one behave the same on this trace.</param>
public sealed record Outcome(IReadOnlyList<Failure> Failures, ulong Behaviour)
{
    /// <summary>Whether it fails in this way.</summary>
    public bool Has(FailureSignature signature) => Find(signature) is not null;

    /// <summary>How it fails in this way; null when it does not.</summary>
    public Failure? Find(FailureSignature signature) =>
        Failures.FirstOrDefault(f => f.Signature == signature);

    /// <summary>Whether the machine died.</summary>
    public bool Crashed => Failures.Any(f => f.Signature.Kind == FailureKind.Crash);

    /// <summary>Whether two outcomes cannot be told apart.</summary>
    public bool IsLike(Outcome other) => Behaviour == other.Behaviour
        && Failures.Select(f => f.Signature).SequenceEqual(
            other.Failures.Select(f => f.Signature));

    /// <summary>The failures in one line, or "nothing found".</summary>
    public override string ToString() => Failures.Count == 0
        ? "nothing found"
        : string.Join(", ", Failures.Select(f => f.Signature));
}
