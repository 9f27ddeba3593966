// SPDX-License-Identifier: GPL-2.0-only
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
