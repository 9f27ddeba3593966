// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Makes the sequence that shows a new defect small, as long as the kernel that it is
/// compared with does not show it.</summary>
/// <param name="engine">The kernel with the defect.</param>
/// <param name="other">The kernel without it; null to look at the first alone.</param>
/// <param name="mayHide">Whether that kernel has a defect on the sequence that the first has
/// not: what comes after it is not judged, and so may be there as well.</param>
internal sealed class DefectShrinker(IEngine engine, IEngine? other, bool mayHide)
{
    private const int MostRuns = 500;

    // Every run of an endless loop takes a good while.
    private const int MostHangs = 30;

    private readonly EngineRun _run = new(engine);

    /// <summary>Sequences are small already: they are taken as they are.</summary>
    public bool AsItIs { get; init; }

    /// <summary>The defect with a small sequence; null when it does not show again.</summary>
    public NewDefect? Shrink(Exercise exercise, Defect defect, int count)
    {
        var found = defect.Kind == DefectKind.Breach
            ? ShrinkBreach(exercise, defect, count)
            : ShrinkCrash(exercise, defect, count);

        // What hid it is gone from the small sequence, unless it is part of it.
        return mayHide && found is not null && IsDirty(found.Trace) ? null : found;
    }

    private NewDefect? ShrinkCrash(Exercise exercise, Defect defect, int count)
    {
        _run.Execute(exercise.Lowered);
        var crash = _run.Crash();
        if (crash is null || Defect.Of(crash) != defect)
        {
            crash = (engine as IReportingEngine)?.ReadReports().Select(r => r.Finding)
                .FirstOrDefault(f => Defect.Of(f) == defect);
        }

        if (crash is null)
        {
            return null;
        }

        var shrinker = new CrashShrinker(engine, crash)
        {
            Also = candidate => mayHide || !ShownByOther(candidate, defect),
        };
        var small = AsItIs
            ? exercise.Trace
            : shrinker.Shrink(
                exercise.Trace, crash.Kind == AbiCrashKind.Hang ? MostHangs : MostRuns);
        return new NewDefect(defect, exercise.Origin, count, small, exercise.Switch)
        {
            Crash = new KernelCrash(
                exercise.Origin, engine.Name, crash, count, shrinker.OperationAtCrash(small),
                small, null),
        };
    }

    private NewDefect? ShrinkBreach(Exercise exercise, Defect defect, int count)
    {
        var run = new ContractRun(engine);
        var finding = run.Run(exercise.Lowered).Findings
            .FirstOrDefault(f => !f.IsCrash && Defect.Of(f) == defect);
        if (finding is null)
        {
            return null;
        }

        var (small, shown) = AsItIs
            ? (exercise.Trace, finding)
            : new ContractShrinker(run, MostRuns)
            {
                Also = candidate => mayHide || !ShownByOther(candidate, defect),
            }.Shrink(exercise.Trace, finding);
        return new NewDefect(defect, exercise.Origin, count, small, exercise.Switch)
        {
            Breach = new ContractBreach(exercise.Origin, engine.Name, shown, count, small),
        };
    }

    private bool IsDirty(Trace trace) =>
        other is not null
        && new Examiner(other).Examine(TraceLowering.Lower(trace)) is { Defects.Count: > 0 };

    private bool ShownByOther(Trace candidate, Defect defect) =>
        other is not null
        && new Examiner(other).Examine(TraceLowering.Lower(candidate)) is { } record
        && (record.Has(defect) || record.Crashed);
}
