// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>The words for attributes and for how an allocation may be served.</summary>
public static class AttrWords
{
    private static readonly (Operand Operand, string Word, AbiAttr Attr)[] Table =
    [
        (Operand.NoKernelMapping, "no_kernel_mapping", AbiAttr.NoKernelMapping),
        (Operand.ForceContiguous, "force_contiguous", AbiAttr.ForceContiguous),
        (Operand.WriteCombine, "write_combine", AbiAttr.WriteCombine),
        (Operand.SinglePages, "single_pages", AbiAttr.SinglePages),
        (Operand.Mmio, "mmio", AbiAttr.Mmio),
        (Operand.NoRcaches, "no_rcaches", AbiAttr.NoRcaches),
        (Operand.Aligned, "aligned", AbiAttr.SizeAligned),
        (Operand.Flush, "flush", AbiAttr.FlushRcache),
    ];

    private static readonly (AbiGfp Gfp, string Word)[] GfpTable =
    [
        (AbiGfp.Kernel, "kernel"),
        (AbiGfp.Atomic, "atomic"),
        (AbiGfp.AtomicDma32, "dma32"),
        (AbiGfp.AtomicDma, "dma"),
    ];

    /// <summary>The lowest bit of the kernel's own attributes that attr= can set: those below
    /// have words.</summary>
    public const int FirstNumbered = 10;

    /// <summary>The highest.</summary>
    public const int LastNumbered = 18;

    /// <summary>What is wrong with any other number.</summary>
    public static readonly string NumberedComplaint =
        $"attr must be {FirstNumbered} to {LastNumbered}, the number of a bit";

    // Bit 10 of the kernel's is the first bit of the mask.
    private const int NumberedShift = 3;

    /// <summary>The attribute that is a bit of the kernel's own; none for a bit that attr=
    /// cannot set.</summary>
    public static AbiAttr Numbered(ulong bit) =>
        bit is >= FirstNumbered and <= LastNumbered
            ? (AbiAttr)(1u << (int)(bit - NumberedShift))
            : AbiAttr.None;

    /// <summary>The lowest such bit among attributes, or null.</summary>
    public static int? NumberOf(AbiAttr attrs)
    {
        var numbered = (uint)attrs & 0xffffu & ~((uint)AbiAttr.FirstNumbered - 1);
        return numbered == 0
            ? null
            : BitOperations.TrailingZeroCount(numbered) + NumberedShift;
    }

    /// <summary>The words that go with gfp=.</summary>
    public static IEnumerable<string> Gfps => GfpTable.Select(row => row.Word);

    /// <summary>The attribute of an operand, or none.</summary>
    public static AbiAttr Of(Operand operand) =>
        Array.Find(Table, row => row.Operand == operand).Attr;

    /// <summary>The word of an operand that is an attribute.</summary>
    public static bool TryOf(Operand operand, out string word)
    {
        word = Array.Find(Table, row => row.Operand == operand).Word ?? "";
        return word.Length > 0;
    }

    /// <summary>The operand of a word that is an attribute, or null.</summary>
    public static Operand? Find(string word)
    {
        var index = Array.FindIndex(Table, row => row.Word == word);
        return index < 0 ? null : Table[index].Operand;
    }

    /// <summary>The word for how an allocation may be served.</summary>
    public static string OfGfp(ulong gfp) =>
        Array.Find(GfpTable, row => (ulong)row.Gfp == gfp).Word ?? "";

    /// <summary>Reads such a word; false when there is none.</summary>
    public static bool TryParseGfp(string word, out ulong gfp)
    {
        var index = Array.FindIndex(GfpTable, row => row.Word == word);
        gfp = index < 0 ? 0 : (ulong)GfpTable[index].Gfp;
        return index >= 0;
    }
}
