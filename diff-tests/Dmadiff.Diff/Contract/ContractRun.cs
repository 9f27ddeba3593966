// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract;

/// <summary>
/// Drives one engine through traces and holds it to the DMA API, whoever wrote it: knowing
/// nothing of any implementation, only of what the API promises.
/// </summary>
/// <param name="engine">Stays the caller's to dispose.</param>
public sealed class ContractRun(IEngine engine)
{
    /// <summary>The engine.</summary>
    public IEngine Engine { get; } = engine;

    /// <summary>Boots the machine, runs a trace, unmaps all and tries the largest mappings.
    /// </summary>
    /// <param name="trace">The trace. Where it needs what the engine lacks, nothing is run.
    /// </param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public ContractReport Run(LoweredTrace trace)
    {
        if ((Engine.Lacks & trace.Needs) != EngineCapabilities.None)
        {
            return new ContractReport([], trace.Trace);
        }

        var (report, sweeping) = Run(trace, thorough: false);
        if (!sweeping)
        {
            return report;
        }

        // A check looks at everything and finds what some op before it did: once more, to
        // find that op.
        var (exact, _) = Run(trace, thorough: true);
        return exact.Findings.Count > 0 ? exact : report;
    }

    private (ContractReport Report, bool Sweeping) Run(LoweredTrace trace, bool thorough)
    {
        var watcher = new ContractWatcher(Engine, trace, thorough);
        var first = trace.Ops.Length - 1;
        var end = trace;
        if (watcher.Boot() && watcher.Go(trace, 0, first))
        {
            end = ContractProbe.Extend(trace, watcher);
            watcher.Go(end, first, end.Ops.Length);
        }

        return (new ContractReport(watcher.Findings, end.Trace), watcher.FoundBySweep);
    }
}
