// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A file that a patch changes.</summary>
/// <param name="Path">Its path after the patch; before it, where it is removed.</param>
/// <param name="OldPath">Its path before, which differs if it is renamed; null for a new file.
/// </param>
/// <param name="IsRemoved">Whether it is gone after the patch.</param>
/// <param name="Added">Lines of the new file that the patch adds or changes. Sorted.</param>
/// <param name="Functions">Functions of the new file that it changes, by line. Lines of the
/// file that are in none of them are declarations, macros and the like.</param>
public sealed record PatchedFile(
    string Path,
    string? OldPath,
    bool IsRemoved,
    IReadOnlyList<LineRange> Added,
    IReadOnlyList<PatchedFunction> Functions)
{
    /// <summary>Whether it may be compiled into the kernels under test: C of the subsystems,
    /// or a header. Which files really are, the builds know.</summary>
    public bool IsRelated => RelatedFiles.Contains(Path)
        || (OldPath is not null && RelatedFiles.Contains(OldPath));
}
