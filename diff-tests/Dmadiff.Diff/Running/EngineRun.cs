// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Running;

/// <summary>An engine and what it did with the trace that it ran last. Buffers are kept from
/// run to run, so that a run allocates nothing for its operations.</summary>
public sealed class EngineRun
{
    private AbiResult[] _results = [];
    private int _bootSteps;
    private int _ops;

    /// <summary>Wraps an engine, which stays the caller's to dispose.</summary>
    public EngineRun(IEngine engine) => Engine = engine;

    /// <summary>The engine.</summary>
    public IEngine Engine { get; }

    /// <summary>Results of the boot steps.</summary>
    public ReadOnlySpan<AbiResult> Boot => _results.AsSpan(0, _bootSteps);

    /// <summary>Results of the ops.</summary>
    public ReadOnlySpan<AbiResult> Ops => _results.AsSpan(_bootSteps, _ops);

    /// <summary>Boots the engine and runs the first ops of a trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="count">How many ops, 0 for the boot alone.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public void Execute(LoweredTrace trace, int count)
    {
        _bootSteps = trace.Setup.StepCount;
        _ops = count;
        if (_results.Length < _bootSteps + _ops)
        {
            _results = new AbiResult[Math.Max(_bootSteps + _ops, 2 * _results.Length)];
        }

        Engine.Boot(trace.Setup, _results.AsSpan(0, _bootSteps));
        Engine.Run(trace.Ops[..count], _results.AsSpan(_bootSteps, count));
    }

    /// <summary>Boots the engine and runs a whole trace.</summary>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public void Execute(LoweredTrace trace) => Execute(trace, trace.Ops.Length);

    /// <summary>The lines that a step logged.</summary>
    /// <param name="step">Counted over boot steps and then ops.</param>
    public IReadOnlyList<string> LogOf(int step)
    {
        var first = step == 0 ? 0 : (int)_results[step - 1].LogLines;
        var count = (int)_results[step].LogLines - first;
        return count <= 0 ? [] : [.. Engine.ReadLog(first).Take(count)];
    }

    /// <summary>How the machine died in this run, or null.</summary>
    public CrashReport? Crash()
    {
        var last = _results[_bootSteps + _ops - 1].Status;
        return last is AbiStatus.Crash or AbiStatus.Dead ? Engine.ReadCrash() : null;
    }
}
