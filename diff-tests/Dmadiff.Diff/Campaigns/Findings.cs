// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Campaigns;

/// <summary>A place where a kernel and its reference disagree.</summary>
/// <param name="Origin">Where the first sequence that showed it came from.</param>
/// <param name="Judge">Name of the judge that found it.</param>
/// <param name="Signature">What all sequences that show it have in common.</param>
/// <param name="Count">Sequences that showed it.</param>
/// <param name="Trace">The first one, shrunk.</param>
/// <param name="Details">Both machines after it.</param>
public sealed record Disagreement(
    string Origin,
    string Judge,
    DivergenceSignature Signature,
    int Count,
    Trace Trace,
    DivergenceDetails Details);

/// <summary>A way in which a kernel crashes.</summary>
/// <param name="Origin">Where the first sequence that showed it came from.</param>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Crash">How and where.</param>
/// <param name="Count">Sequences that showed it.</param>
/// <param name="Operation">What it was doing: the trace's own words, or a boot step.</param>
/// <param name="Trace">The first one, shrunk.</param>
/// <param name="Unlike">Name of the reference, if that does not crash there; else null.</param>
public sealed record KernelCrash(
    string Origin,
    string Kernel,
    CrashReport Crash,
    int Count,
    string Operation,
    Trace Trace,
    string? Unlike);

/// <summary>An expect line that does not hold.</summary>
/// <param name="Origin">The trace.</param>
/// <param name="Failure">What was expected, and what came.</param>
public sealed record BrokenExpectation(string Origin, ExpectationFailure Failure);

/// <summary>Sequences that an engine was not given.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Lacking">What it lacks.</param>
/// <param name="Count">Sequences.</param>
public sealed record LeftOut(string Engine, EngineCapabilities Lacking, int Count);

/// <summary>How two kernels differ in what drivers and devices can see.</summary>
/// <param name="Left">Name of the first kernel.</param>
/// <param name="Right">Name of the second.</param>
/// <param name="Groups">Differences of one kind each.</param>
public sealed record KernelDifferences(
    string Left, string Right, IReadOnlyList<DifferenceGroup> Groups);
