// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>Why a patch does not apply: the first place where it does not.</summary>
/// <param name="File">Path in the tree; empty if it is the patch as a whole.</param>
/// <param name="Hunk">Number of the hunk in that file, from 1 on; 0 if it is the whole file.
/// </param>
/// <param name="Line">Line in the old file that the hunk says it begins at; 0 if none.</param>
/// <param name="Reason">In words, without the place.</param>
public sealed record PatchFailure(string File, int Hunk, int Line, string Reason)
{
    /// <summary>"kernel/dma/swiotlb.c, hunk 2 (line 700)", as far as known.</summary>
    public string Place => File + (Hunk > 0 ? $", hunk {Hunk} (line {Line})" : string.Empty);
}
