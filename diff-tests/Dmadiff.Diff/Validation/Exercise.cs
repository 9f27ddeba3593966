// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>A sequence that kernels of a series are given.</summary>
/// <param name="Origin">Where it comes from, for reports.</param>
/// <param name="Lowered">The sequence, ready to run.</param>
public sealed record Exercise(string Origin, LoweredTrace Lowered)
{
    /// <summary>What is switched on in it that the series adds; null for nothing.</summary>
    public AddedSwitch? Switch { get; init; }

    /// <summary>Index of the same sequence without that among the exercises; -1 when it has
    /// none.</summary>
    public int Plain { get; init; } = -1;

    /// <summary>The sequence.</summary>
    public Trace Trace => Lowered.Trace;

    /// <summary>Whether the kernel after a patch is given it.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    public bool IsFor(int stage) => Switch is null || stage >= Switch.Since;
}
