// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
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
                var (small, shown) = new ContractShrinker(run, mostRuns)
                    .Shrink(lowered.Trace, finding);
                _breaches.Add(key, new ContractBreach(origin, kernel.Name, shown, 1, small));
            }
        }
    }
}
