// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>A trace as engines take it: numbers for names, addresses for buffers, and a
/// check at the end. Immutable; may be run any number of times.</summary>
public sealed class LoweredTrace
{
    private readonly AbiOp[] _ops;
    private readonly int[] _operationOf;

    internal LoweredTrace(
        Trace trace,
        Setup setup,
        AbiOp[] ops,
        int[] operationOf,
        ValueList<Expectation> expectations)
    {
        Trace = trace;
        Needs = TraceNeeds.Of(trace);
        Setup = setup;
        _ops = ops;
        _operationOf = operationOf;
        Expectations = expectations;
    }

    /// <summary>What it was made from.</summary>
    public Trace Trace { get; }

    /// <summary>The machine to boot.</summary>
    public Setup Setup { get; }

    /// <summary>The operations; the last is a check that no line of the trace asks for.</summary>
    public ReadOnlySpan<AbiOp> Ops => _ops;

    /// <summary>What an engine must be able to do to run it.</summary>
    public EngineCapabilities Needs { get; }

    /// <summary>What the trace says is to be.</summary>
    public ValueList<Expectation> Expectations { get; }

    /// <summary>The operation of the trace that an op comes from, or null for the final
    /// check.</summary>
    /// <param name="op">Index in <see cref="Ops"/>.</param>
    public Operation? OperationOf(int op) =>
        _operationOf[op] < 0 ? null : Trace.Operations[_operationOf[op]];

    /// <summary>Index in the trace's operations, or -1 for the final check.</summary>
    /// <param name="op">Index in <see cref="Ops"/>.</param>
    public int OperationIndexOf(int op) => _operationOf[op];

    /// <summary>What a boot step does, in the words of the trace: "device d0".</summary>
    /// <param name="step">Index, from 0 to <see cref="Setup.StepCount"/> - 1.</param>
    public string DescribeBootStep(int step)
    {
        var pools = Trace.Pools.Count;
        var devices = pools + 2;
        var buffers = devices + Trace.Devices.Count;
        return step switch
        {
            0 => "cmdline",
            _ when step <= pools => $"pool {Trace.Pools[step - 1].Name}",
            _ when step == pools + 1 => "machine",
            _ when step < buffers => $"device {Trace.Devices[step - devices].Name}",
            _ => $"buffer {Trace.Buffers[step - buffers].Name}",
        };
    }
}

/// <summary>What an expectation looks at.</summary>
public enum ExpectationField
{
    /// <summary>The status of an op.</summary>
    Status,

    /// <summary>The value of an op that must have succeeded.</summary>
    Value,
}

/// <summary>One thing that an expect line asks for.</summary>
/// <param name="Op">Index of the op whose result is looked at.</param>
/// <param name="Field">What is looked at.</param>
/// <param name="Expected">The value, or the status as a number.</param>
/// <param name="Operation">Index of the expect line in the trace's operations.</param>
public sealed record Expectation(int Op, ExpectationField Field, ulong Expected, int Operation);
