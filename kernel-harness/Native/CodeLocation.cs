// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Native;

/// <summary>A place in C.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="File">Path in the kernel, or below kernel-harness/.</param>
/// <param name="Line">Line, from 1 on; 0 when it is not known.</param>
internal sealed record CodeLocation(string Function, string File, int Line)
{
    /// <summary>"swiotlb_bounce kernel/dma/swiotlb.c:877".</summary>
    public override string ToString() =>
        Line > 0 ? $"{Function} {File}:{Line}" : $"{Function} {File}".TrimEnd();
}
