// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Reports;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Histories;

/// <summary>All there is to tell of a first bad commit.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Before">The good commit next to it.</param>
/// <param name="At">What the small trace comes to at the commit.</param>
/// <param name="AtBefore">What it comes to before.</param>
/// <param name="Trace">The trace, made small.</param>
/// <param name="Sides">Both machines where they first differ; empty when they do not.</param>
/// <param name="Hunks">What the commit changes where the finding points, or in all files that
/// are built.</param>
/// <param name="IsWhole">Whether the hunks are all, as the finding points nowhere in it.
/// </param>
internal sealed record Culprit(
    CommitInfo Commit,
    CommitInfo Before,
    Outcome At,
    Outcome AtBefore,
    Trace Trace,
    string Sides,
    string Hunks,
    bool IsWhole)
{
    /// <summary>How often a shrink may run its trace on both builds.</summary>
    private const int ShrinkRuns = 300;

    /// <summary>The same for an endless loop, of which every run takes a good while.</summary>
    private const int HangShrinkRuns = 20;

    /// <summary>Looks at what a bisection found.</summary>
    /// <param name="session">Has run it.</param>
    /// <param name="result">What was found: one commit, or several of which it is one.</param>
    /// <param name="cancel">Stops it.</param>
    public static Culprit Inspect(
        HistorySession session, BisectResult result, CancellationToken cancel)
    {
        int index = session.Traces.ToList().IndexOf(result.Trace);
        CommitInfo commit = session.Git.Describe(result.Bisection.FirstBad[0], cancel);
        string before = commit.Parents
            .Take(result.Bisection.FirstBad.Count == 1 ? commit.Parents.Count : 0)
            .FirstOrDefault(
                p => session.Evaluate(p, index, cancel).Judge(result.Question).Verdict
                    == Verdict.Good,
                result.Bisection.Good[^1]);
        using EngineSet left = session.Load(before, cancel);
        using EngineSet right = session.Load(commit.Id, cancel);
        Trace trace = Shrink(result, left, right, cancel);
        LoweredTrace lowered = TraceLowering.Lower(trace);
        string diff = session.Git.Diff(commit, session.Files, cancel);
        string function = result.Question.Wanted?.Function ?? string.Empty;
        string own = function.Length > 0 && commit.Parents.Count < 2
            ? FunctionHunks.Select(diff, function, p => session.ReadText(commit.Id, p))
            : string.Empty;
        return new Culprit(
            commit,
            session.Git.Describe(before, cancel),
            right.Reader.Read(lowered),
            left.Reader.Read(lowered),
            trace,
            Compare(left, right, lowered),
            own.Length > 0 ? own : diff,
            own.Length == 0);
    }

    private static string Compare(EngineSet before, EngineSet at, LoweredTrace trace)
    {
        using LockStep both = LockStep.FirstWithOthers(
            [before.Kernel, at.Kernel], new ExactJudge());
        return both.Run(trace).Divergence is { } divergence
            ? DivergenceRenderer.RenderSides(both.Inspect(trace, 0, divergence))
            : string.Empty;
    }

    private static Trace Shrink(
        BisectResult result, EngineSet left, EngineSet right, CancellationToken cancel)
    {
        // Stands for the finding: the shrinker only asks whether it is still there.
        var same = new DivergenceSignature(
            "finding", FieldGroup.Status, AbiStatus.Ok, AbiStatus.Ok);
        // What the checker adds is part of what shows it, and a trace that is sent has it all.
        Outcome whole = right.Reader.Read(result.Trace.Lowered);
        Trace start = result.Question.Wanted is { } asked
            ? whole.Find(asked)?.Extended ?? result.Trace.Trace
            : result.Trace.Trace;
        bool crashes = whole.Crashed;
        bool hangs = result.Question.Wanted?.Text.StartsWith("hang ") == true;
        var shrinker = new Shrinker(
            candidate =>
            {
                cancel.ThrowIfCancellationRequested();
                return Shows(result.Question, left, right, candidate, crashes) ? same : null;
            },
            hangs ? HangShrinkRuns : ShrinkRuns);
        Trace small = shrinker.Shrink(start with { Comments = [] }, same).Trace;
        Trace named = result.Question.Wanted is { } wanted ? wanted.Label(small) : small;

        // Read again, so that its lines have the numbers that they are written with.
        return TraceParser.Parse(TracePrinter.Print(named));
    }

    private static bool Shows(
        Question question, EngineSet left, EngineSet right, Trace candidate, bool crashes)
    {
        LoweredTrace lowered = TraceLowering.Lower(candidate);
        Outcome at = right.Reader.Read(lowered);
        if (question.Wanted is { } wanted
            && at.Find(wanted) is not { Extended: null })
        {
            return false;
        }

        Outcome before = left.Reader.Read(lowered);
        return question.Wanted is null
            ? at.Behaviour != before.Behaviour && at.Crashed == crashes && !before.Crashed
            : question.Judge(before).Verdict == Verdict.Good;
    }
}
