// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Gives sequences to a kernel and notes what it does.</summary>
/// <param name="engine">Stays the caller's to dispose.</param>
public sealed class Examiner(IEngine engine)
{
    private readonly EngineRun _run = new(engine);
    private readonly ContractRun _contract = new(engine);
    private ulong[] _counters = [];
    private ulong[] _sums = [];

    /// <summary>How often branches were taken in all that was run for what it does; empty when
    /// they are not counted.</summary>
    public IReadOnlyList<ulong> Counters => _sums;

    /// <summary>Runs a sequence, once for what it does and once under the contract.</summary>
    /// <param name="trace">The sequence.</param>
    /// <param name="verdicts">What came of it on other kernels; null if nobody remembers. One
    /// that answers like these is not judged again.</param>
    /// <returns>Null when the kernel lacks what the sequence needs.</returns>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public TraceRecord? Examine(LoweredTrace trace, KnownVerdicts? verdicts = null)
    {
        if ((engine.Lacks & trace.Needs) != EngineCapabilities.None)
        {
            return null;
        }

        _run.Execute(trace);
        Count();
        var digest = BehaviourJudge.Digest(trace, _run);
        var defects = new List<Defect>();
        if (engine is IReportingEngine reporting)
        {
            defects.AddRange(reporting.ReadReports().Select(r => Defect.Of(r.Finding)));
        }

        var crash = _run.Crash();
        if (crash is not null)
        {
            defects.Add(Defect.Of(crash));
        }

        // An endless loop takes as long again, and is noted already.
        if (crash?.Kind != AbiCrashKind.Hang)
        {
            defects.AddRange(engine is IRepeatingEngine repeating && verdicts is not null
                ? verdicts.Find(repeating, () => Breaches(trace))
                : Breaches(trace));
        }

        return new TraceRecord(digest, [.. defects.Distinct()]);
    }

    private Defect[] Breaches(LoweredTrace trace) =>
        [.. _contract.Run(trace).Findings.Where(f => !f.IsCrash).Select(Defect.Of)];

    private void Count()
    {
        if (engine is not ICoveredEngine { Coverage.Counters: > 0 } counting)
        {
            return;
        }

        if (_sums.Length == 0)
        {
            _sums = new ulong[counting.Coverage.Counters];
            _counters = new ulong[_sums.Length];
        }

        counting.ReadCounters(_counters);
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] += _counters[i];
        }
    }
}
