// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Campaigns;

/// <summary>Makes a trace that crashes an engine smaller, keeping the same crash.</summary>
/// <param name="engine">The kernel, or its reference.</param>
/// <param name="wanted">The crash: what and where count.</param>
internal sealed class CrashShrinker(IEngine engine, CrashReport wanted)
{
    // Stands for "the wanted crash": the shrinker only asks whether it is still there.
    private static readonly DivergenceSignature Same =
        new("crash", FieldGroup.Status, AbiStatus.Crash, AbiStatus.Crash);

    private readonly EngineRun _run = new(engine);

    /// <summary>What else has to hold of a trace; asked of those that show the crash.</summary>
    public Predicate<Trace> Also { get; init; } = _ => true;

    /// <summary>The smallest trace found.</summary>
    /// <param name="trace">One that shows the crash.</param>
    /// <param name="mostRuns">How often it may be run.</param>
    public Trace Shrink(Trace trace, int mostRuns) =>
        new Shrinker(candidate => Crashes(candidate) && Also(candidate) ? Same : null, mostRuns)
            .Shrink(trace, Same).Trace;

    /// <summary>Whether a trace shows the crash.</summary>
    public bool Crashes(Trace trace)
    {
        _run.Execute(TraceLowering.Lower(trace));
        return IsWanted(_run.Crash()) || Report() is not null;
    }

    /// <summary>What the kernel was doing when it crashed, in the trace's words.</summary>
    public string OperationAtCrash(Trace trace)
    {
        var lowered = TraceLowering.Lower(trace);
        _run.Execute(lowered);
        if (Report() is { } report)
        {
            return Describe(lowered, report.Finding.OpIndex, report.AtBoot);
        }

        for (var i = 0; i < lowered.Ops.Length; i++)
        {
            if (_run.Ops[i].Status == AbiStatus.Crash)
            {
                return Describe(lowered, i, atBoot: false);
            }
        }

        for (var i = 0; i < _run.Boot.Length; i++)
        {
            if (_run.Boot[i].Status == AbiStatus.Crash)
            {
                return Describe(lowered, i, atBoot: true);
            }
        }

        return "nothing";
    }

    private static string Describe(LoweredTrace trace, int step, bool atBoot)
    {
        if (atBoot)
        {
            return "boot: " + trace.DescribeBootStep(step);
        }

        return trace.OperationOf(step) is { } operation ? TracePrinter.Print(operation) : "check";
    }

    private bool IsWanted(CrashReport? crash) =>
        crash is not null && crash.What == wanted.What && crash.Where == wanted.Where;

    private SanitizerReport? Report() => (engine as IReportingEngine)?.ReadReports()
        .FirstOrDefault(report => IsWanted(report.Finding));
}
