// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A function that a patch changes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lines">All its lines in the new file, from the one with its name to its closing
/// brace.</param>
/// <param name="Added">Those of its lines that the patch adds or changes; empty if it only
/// removes some.</param>
/// <param name="IsNew">Whether the file has no function of this name before the patch.</param>
public sealed record PatchedFunction(
    string Name, LineRange Lines, IReadOnlyList<LineRange> Added, bool IsNew);
