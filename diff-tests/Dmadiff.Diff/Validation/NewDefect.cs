// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>A defect that a patch brings.</summary>
/// <param name="Defect">The defect.</param>
/// <param name="Origin">Where the first sequence that showed it came from.</param>
/// <param name="Count">Sequences that showed it.</param>
/// <param name="Trace">The first one, made small.</param>
/// <param name="Switch">What has to be on for it; null for nothing.</param>
public sealed record NewDefect(
    Defect Defect, string Origin, int Count, Trace Trace, AddedSwitch? Switch)
{
    /// <summary>How it crashes; null when it does not.</summary>
    public KernelCrash? Crash { get; init; }

    /// <summary>How it breaks the contract; null when it does not.</summary>
    public ContractBreach? Breach { get; init; }

    /// <summary>Whether the base has a defect of the same description, on other sequences.
    /// </summary>
    public bool IsLikeOld { get; init; }
}
