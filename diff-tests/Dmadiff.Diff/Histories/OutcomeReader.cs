// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Histories;

/// <summary>Runs traces on a kernel and tells what came of them.</summary>
/// <param name="kernel">The kernel's C.</param>
public sealed class OutcomeReader(IEngine kernel)
{
    private readonly EngineRun _run = new(kernel);

    /// <summary>The kernel that its behaviour is compared with; null for none.</summary>
    public IEngine? Before { get; init; }

    /// <summary>The reference that it is held against; null for none.</summary>
    public IEngine? Port { get; init; }

    /// <summary>Runs a trace, under the contract and without.</summary>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public Outcome Read(LoweredTrace trace)
    {
        var failures = new List<Failure>();
        _run.Execute(trace);
        var behaviour = BehaviourJudge.Digest(trace, _run);
        var crash = _run.Crash();
        if (crash is not null)
        {
            failures.Add(Crash(crash, AtCrash(trace)));
        }

        // What follows a crash is not worth telling of.
        var broken = crash is null ? ExpectationJudge.Judge(trace, _run) : [];
        if (crash?.Kind != AbiCrashKind.Hang)
        {
            AddBreaches(trace, failures);
        }

        failures.AddRange(broken.Select(b => new Failure(
            FailureSignature.Of(trace.Trace, b), TracePrinter.Print(b.Operation), b.Actual)));
        AddDifference(failures, FailureKind.Behaviour, Before, trace, new BehaviourJudge());
        AddDifference(failures, FailureKind.Port, Port, trace, new ExactJudge());
        return new Outcome(failures, behaviour);
    }

    private static Failure Crash(CrashReport crash, string at) =>
        new(FailureSignature.Of(crash), at, $"{crash.What} in {crash.Where}");

    private void AddBreaches(LoweredTrace trace, List<Failure> failures)
    {
        var died = failures.Count > 0;
        var report = new ContractRun(kernel).Run(trace);
        foreach (var finding in report.Findings)
        {
            var extended = finding.IsAdded ? UpTo(report.Trace, finding.Step) : null;
            if (!finding.IsCrash)
            {
                failures.Add(new Failure(
                    FailureSignature.Of(finding),
                    finding.Line,
                    $"expected {finding.Expected}, but there is {finding.Actual}")
                {
                    Extended = extended,
                });
            }
            else if (!died && kernel.ReadCrash() is { } crash)
            {
                // In what the checker added to the trace.
                failures.Insert(0, Crash(crash, finding.Line) with { Extended = extended });
            }
        }
    }

    private static Trace UpTo(Trace trace, int step) => trace with
    {
        Operations = ValueList.From(trace.Operations.Take(step + 1)),
    };

    private void AddDifference(
        List<Failure> failures, FailureKind kind, IEngine? other, LoweredTrace trace, Judge judge)
    {
        var needs = TraceNeeds.Of(trace.Trace);
        if (other is null || (other.Lacks & needs) != EngineCapabilities.None)
        {
            return;
        }

        var others = new EngineRun(other);
        others.Execute(trace);
        _run.Execute(trace);
        var (left, right) = kind == FailureKind.Port ? (_run, others) : (others, _run);
        if (judge.Compare(trace, left, right) is { } difference)
        {
            var at = difference.AtBoot || trace.OperationOf(difference.Step) is not { } operation
                ? difference.Operation
                : TracePrinter.Print(operation);
            failures.Add(new Failure(
                FailureSignature.Of(kind, difference.Signature),
                at,
                $"differs from {other.Name}"));
        }
    }

    private string AtCrash(LoweredTrace trace)
    {
        for (var i = 0; i < trace.Ops.Length; i++)
        {
            if (_run.Ops[i].Status == AbiStatus.Crash)
            {
                return trace.OperationOf(i) is { } operation
                    ? TracePrinter.Print(operation)
                    : "check";
            }
        }

        for (var i = 0; i < _run.Boot.Length; i++)
        {
            if (_run.Boot[i].Status == AbiStatus.Crash)
            {
                return "boot: " + trace.DescribeBootStep(i);
            }
        }

        return "boot";
    }
}
