// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract;

/// <summary>A way in which a kernel breaks the contract.</summary>
/// <param name="Origin">Where the first sequence that showed it came from.</param>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Finding">What is broken, as the shrunk trace shows it.</param>
/// <param name="Count">Sequences that showed it.</param>
/// <param name="Trace">The first one, shrunk.</param>
public sealed record ContractBreach(
    string Origin, string Kernel, ContractFinding Finding, int Count, Trace Trace);

/// <summary>Gathers breaches: each kind once a kernel, with its first sequence made small.
/// </summary>
/// <param name="mostRuns">How often a shrink may run its trace.</param>
public sealed class ContractCollector(int mostRuns)
{
    private readonly Dictionary<(string Kernel, ContractSignature), ContractBreach> _breaches = [];

    /// <summary>What was found, in the order found.</summary>
    public IReadOnlyCollection<ContractBreach> Breaches => _breaches.Values;

    /// <summary>Runs a trace under the contract and takes in what it shows. A crash is left to
    /// those who report crashes.</summary>
    /// <param name="kernel">Whose.</param>
    /// <param name="origin">Where the trace comes from.</param>
    /// <param name="lowered">The trace.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public void Run(IEngine kernel, string origin, LoweredTrace lowered)
    {
        var run = new ContractRun(kernel);
        foreach (var finding in run.Run(lowered).Findings)
        {
            var key = (kernel.Name, finding.Signature);
            if (_breaches.TryGetValue(key, out var known))
            {
                _breaches[key] = known with { Count = known.Count + 1 };
            }
            else if (!finding.IsCrash)
            {
                var (small, shown) = Shrink(run, lowered.Trace, finding);
                _breaches.Add(key, new ContractBreach(origin, kernel.Name, shown, 1, small));
            }
        }
    }

    private (Trace Trace, ContractFinding Finding) Shrink(
        ContractRun run, Trace trace, ContractFinding finding)
    {
        // Stands for the finding: the shrinker only asks whether it is still there.
        var same = new DivergenceSignature(
            finding.Signature.ToString(), FieldGroup.Status, AbiStatus.Ok, AbiStatus.Ok);
        var small = new Shrinker(
            candidate => Find(run, candidate, finding).Finding is null ? null : same,
            mostRuns)
            .Shrink(trace, same).Trace;
        var (report, shown) = Find(run, small, finding);
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

    private static (ContractReport Report, ContractFinding? Finding) Find(
        ContractRun run, Trace trace, ContractFinding wanted)
    {
        var report = run.Run(TraceLowering.Lower(trace));
        return (report, report.Findings.FirstOrDefault(
            f => f.Signature == wanted.Signature && f.IsAdded == wanted.IsAdded));
    }
}
