// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;

namespace Dmadiff.Tests.Mutations;

/// <summary>A mistake that somebody could make in the managed port.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Pattern">Matches once in the source of the port's kernel code.</param>
/// <param name="Replacement">What regular expressions call a replacement.</param>
internal sealed record PortMutation(
    string Name,
    [property: StringSyntax(StringSyntaxAttribute.Regex)] string Pattern,
    string Replacement)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<PortMutation> All { get; } =
    [
        new("area wraps one slot late", @"index >= mem\.AreaNslabs", "index > mem.AreaNslabs"),
        new("boundary check is one slot short",
            @"return shift \+ nr > boundarySize", "return shift + nr - 1 > boundarySize"),
        new("merge crosses the segment's end",
            @"index \+ nslots < KernelMath\.Align", "index + nslots <= KernelMath.Align"),
        new("used slots are not given back", @"area->Used -= ", "area->Used -= 0 * "),
        new("an overlong copy is cut one byte short",
            @"\bsize = allocSize;", "size = allocSize - 1;"),
        new("bidirectional mappings are not copied back",
            @"(AbiAttr\.None\s+&& dir is AbiDirection\.FromDevice) or AbiDirection\.Bidirectional",
            "$1"),
        new("offset ignores the alignment mask",
            @"\(alignMask \| \(SlotBytes - 1\)\)", "(SlotBytes - 1)"),
        new("all slots hold the first one's address",
            @"SlotAddr\(origAddr, i\)", "SlotAddr(origAddr, 0)"),
        new("used count only grows", @"mem\.TotalUsed -= nslots", "mem.TotalUsed -= 0"),
        new("every CPU starts at area 0", @"_machine\.Cpus\.Current & ", "0 & "),
        new("a log line has a typo", @"swiotlb buffer is full", "swiotlb buffer is ful"),
    ];
}
