// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Running;

/// <summary>Whether an engine does the same when it is given the same: if it does not, no
/// comparison means anything.</summary>
public static class ReplayCheck
{
    /// <summary>Runs a trace twice.</summary>
    /// <param name="engine">Runs it; stays the caller's to dispose.</param>
    /// <param name="trace">The trace.</param>
    /// <returns>The first thing that differs, in words; null when nothing does, or when the
    /// engine cannot run the trace.</returns>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public static string? Difference(IEngine engine, LoweredTrace trace)
    {
        if ((engine.Lacks & trace.Needs) != EngineCapabilities.None)
        {
            return null;
        }

        var first = RecordedEngine.Record(engine, trace);
        var again = new EngineRun(engine);
        again.Execute(trace);
        if (!first.Agrees(again))
        {
            var before = first.AsRun(trace);
            for (var i = 0; i < again.Boot.Length; i++)
            {
                if (!Same(before.Boot[i], again.Boot[i]))
                {
                    return $"boot: {trace.DescribeBootStep(i)}";
                }
            }

            for (var i = 0; i < again.Ops.Length; i++)
            {
                if (!Same(before.Ops[i], again.Ops[i]))
                {
                    return trace.OperationOf(i) is { } operation
                        ? TracePrinter.Print(operation)
                        : "check";
                }
            }
        }

        return first.ReadLog(0).SequenceEqual(engine.ReadLog(0)) ? null : "the log";
    }

    private static bool Same(in AbiResult left, in AbiResult right) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(
            new ReadOnlySpan<AbiResult>(in left)).SequenceEqual(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(
                new ReadOnlySpan<AbiResult>(in right)));
}
