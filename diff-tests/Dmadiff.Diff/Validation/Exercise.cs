// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
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

    /// <summary>Number of the patch that it was made for; 0 when it is for all.</summary>
    public int Patch { get; init; }

    /// <summary>The sequence.</summary>
    public Trace Trace => Lowered.Trace;

    /// <summary>How the kernel is configured for it.</summary>
    public KernelConfiguration Configuration => Lowered.Setup.Configuration;

    /// <summary>What is compiled for it beyond that; null for nothing.</summary>
    public AddedSwitch? Kconfig => Switch is { Kind: SwitchKind.Kconfig } ? Switch : null;

    /// <summary>Whether the kernel after a patch is given it: one that was made for a patch
    /// starts at the kernel before.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    public bool IsFor(int stage) =>
        stage >= Patch - 1 && (Switch is null || stage >= Switch.Since);

    /// <summary>Whether a patch is judged by it: what was made for a later one says nothing of
    /// it, so that a series is judged alike whatever comes behind.</summary>
    /// <param name="stage">Number of the patch.</param>
    public bool IsJudged(int stage) => stage >= Patch && IsFor(stage);
}
