// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>A change before it has a place in lines.</summary>
/// <param name="Kind">What class of mistake it is.</param>
/// <param name="Start">Where in the text it begins.</param>
/// <param name="End">Where what is replaced ends.</param>
/// <param name="Replacement">What takes its place.</param>
internal sealed record Draft(MutationKind Kind, int Start, int End, string Replacement)
{
    /// <summary>Replaces one word.</summary>
    public static Draft Of(MutationKind kind, CToken token, string replacement) =>
        new(kind, token.Start, token.End, replacement);
}
