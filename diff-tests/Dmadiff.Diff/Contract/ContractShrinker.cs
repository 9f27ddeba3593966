// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract;

/// <summary>Makes a trace that breaks the contract smaller, keeping the same breach.</summary>
/// <param name="run">The kernel.</param>
/// <param name="mostRuns">How often it may run the trace.</param>
internal sealed class ContractShrinker(ContractRun run, int mostRuns)
{
    /// <summary>What else has to hold of a trace; asked of those that show the breach.</summary>
    public Predicate<Trace> Also { get; init; } = _ => true;

    /// <summary>The smallest trace found, with what it shows.</summary>
    /// <param name="trace">One that shows the breach.</param>
    /// <param name="finding">The breach.</param>
    public (Trace Trace, ContractFinding Finding) Shrink(Trace trace, ContractFinding finding)
    {
        // Stands for the finding: the shrinker only asks whether it is still there.
        var same = new DivergenceSignature(
            finding.Signature.ToString(), FieldGroup.Status, AbiStatus.Ok, AbiStatus.Ok);
        var small = new Shrinker(
            candidate => Find(candidate, finding).Finding is not null && Also(candidate)
                ? same
                : null,
            mostRuns)
            .Shrink(trace, same).Trace;
        var (report, shown) = Find(small, finding);
        if (shown is null)
        {
            return (trace, finding);
        }

        // The checker's own operations are part of what shows it.
        return shown.IsAdded && shown.Step < report.Trace.Operations.Count
            ? (report.Trace with
            {
                Operations = ValueList.From(report.Trace.Operations.Take(shown.Step + 1)),
            }, shown)
            : (small, shown);
    }

    private (ContractReport Report, ContractFinding? Finding) Find(
        Trace trace, ContractFinding wanted)
    {
        var report = run.Run(TraceLowering.Lower(trace));
        return (report, report.Findings.FirstOrDefault(
            f => f.Signature == wanted.Signature && f.IsAdded == wanted.IsAdded));
    }
}
