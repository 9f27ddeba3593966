// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Running;

/// <summary>Two engines that are to be compared, and how.</summary>
/// <param name="Left">Index of the first engine.</param>
/// <param name="Right">Index of the second engine.</param>
/// <param name="Judge">Who compares them.</param>
public sealed record Comparison(int Left, int Right, Judge Judge);

/// <summary>What came of one trace on all engines.</summary>
/// <param name="Trace">The trace.</param>
/// <param name="OpsRun">Ops that each engine was given.</param>
/// <param name="Divergences">For each comparison the first divergence, or null.</param>
/// <param name="Crashes">For each engine how its machine died, or null.</param>
/// <param name="Failures">Expect lines that do not hold.</param>
public sealed record RunReport(
    LoweredTrace Trace,
    int OpsRun,
    IReadOnlyList<Divergence?> Divergences,
    IReadOnlyList<CrashReport?> Crashes,
    IReadOnlyList<ExpectationFailure> Failures)
{
    /// <summary>For each engine what the trace needs and it has not: with any, it was left
    /// out. Empty when there was nothing to ask.</summary>
    public IReadOnlyList<EngineCapabilities> Lacking { get; init; } = [];

    /// <summary>Whether an engine was given the trace.</summary>
    /// <param name="engine">Index of the engine.</param>
    public bool WasRunBy(int engine) =>
        engine >= Lacking.Count || Lacking[engine] == EngineCapabilities.None;

    /// <summary>The first divergence of any comparison, or null.</summary>
    public Divergence? Divergence => Divergences.FirstOrDefault(found => found is not null);

    /// <summary>True when nothing diverges, crashes or fails.</summary>
    public bool IsClean => Divergence is null && Failures.Count == 0
        && Crashes.All(crash => crash is null);
}

/// <summary>A divergence with the state of both machines right after it.</summary>
/// <param name="Divergence">The divergence.</param>
/// <param name="Trace">The trace that shows it.</param>
/// <param name="Left">The left machine.</param>
/// <param name="Right">The right machine.</param>
public sealed record DivergenceDetails(
    Divergence Divergence,
    LoweredTrace Trace,
    MachineSnapshot Left,
    MachineSnapshot Right);
