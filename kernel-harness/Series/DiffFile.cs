// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>What a diff does to one file.</summary>
/// <param name="OldPath">Its path before; null for a new file.</param>
/// <param name="NewPath">Its path after; null for one that is removed.</param>
/// <param name="IsBinary">Whether it is no text.</param>
/// <param name="Hunks">Its hunks, in order.</param>
internal sealed record DiffFile(
    string? OldPath, string? NewPath, bool IsBinary, IReadOnlyList<DiffHunk> Hunks)
{
    /// <summary>The path to call it by.</summary>
    public string Path => NewPath ?? OldPath ?? string.Empty;
}
