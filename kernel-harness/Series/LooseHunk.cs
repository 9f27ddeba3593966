// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A part of a patch that was not found as it is, and was applied all the same.
/// </summary>
/// <param name="File">Path in the tree.</param>
/// <param name="Hunk">Number of the hunk in that file, from 1 on; 0 for all of the file.</param>
/// <param name="How">In words: "with 2 of 3 lines of context, at line 812", "by a three-way
/// merge".</param>
public sealed record LooseHunk(string File, int Hunk, string How);
