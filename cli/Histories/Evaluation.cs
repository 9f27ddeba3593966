// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;
using Dmadiff.KernelHarness.Build;

namespace Dmadiff.Cli.Histories;

/// <summary>What came of one build.</summary>
/// <param name="Build">The build; null when there is none.</param>
/// <param name="Outcomes">For each trace what came of it; empty without a build.</param>
/// <param name="Problem">Why there is no build; null when there is one.</param>
internal sealed record Evaluation(
    KernelBuild? Build, IReadOnlyList<Outcome> Outcomes, string? Problem);
