// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>What came of applying a patch.</summary>
/// <param name="Commit">The commit it became; null if it does not apply.</param>
/// <param name="Failure">Why it does not apply; null if it does.</param>
/// <param name="Loose">Where it took fuzz or a merge.</param>
internal sealed record AppliedPatch(
    string? Commit, PatchFailure? Failure, IReadOnlyList<LooseHunk> Loose);
