// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Counts what a kernel does for an operation: pieces of straight code, as compiled. A
/// count does not depend on the machine or on what else runs there.</summary>
/// <param name="engine">Counts its branches.</param>
public sealed class CostMeter(ICoveredEngine engine)
{
    private const string OwnFolder = "kernel-harness/";

    private readonly EngineRun _run = new(engine);

    /// <summary>Pieces of code an operation; null when the kernel lacks what it takes, does not
    /// get to the end of it, or does not count.</summary>
    public double? Measure(StandardWorkload workload) =>
        Count(workload.Once) is { } once && Count(workload.Whole) is { } whole
            ? (double)(whole - once) / workload.Operations
            : null;

    private ulong? Count(LoweredTrace trace)
    {
        if ((engine.Lacks & trace.Needs) != EngineCapabilities.None)
        {
            return null;
        }

        _run.Execute(trace);
        var map = engine.Coverage;
        if (_run.Crash() is not null || map.Counters == 0)
        {
            return null;
        }

        var counters = new ulong[map.Counters];
        engine.ReadCounters(counters);
        var first = 0;
        var sum = 0ul;
        foreach (var function in map.Functions)
        {
            var own = counters.AsSpan(first, function.Counters);
            first += function.Counters;
            if (!function.File.StartsWith(OwnFolder, StringComparison.Ordinal))
            {
                sum += function.Solve(own).Aggregate(0ul, (n, taken) => n + taken);
            }
        }

        return sum;
    }
}
