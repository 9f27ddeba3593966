// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>A sequence that shows a defect.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Exercise">The sequence.</param>
/// <param name="Reference">The kernel and the sequence that do not show it, or null.</param>
public sealed record Showing(
    int Index, Exercise Exercise, (int Stage, int Exercise)? Reference);
