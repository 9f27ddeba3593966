// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>What kind of word of C something is.</summary>
internal enum CTokenKind
{
    /// <summary>A name or a keyword.</summary>
    Word,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string or a character.</summary>
    Text,

    /// <summary>An operator or a bracket.</summary>
    Punctuator,
}

/// <summary>A word of C.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Value">The word.</param>
internal sealed record CToken(CTokenKind Kind, int Start, string Value)
{
    /// <summary>Where it ends in the text.</summary>
    public int End => Start + Value.Length;

    /// <summary>Whether it is this operator or keyword.</summary>
    public bool Is(string value) => Value == value && Kind != CTokenKind.Text;
}
