// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>A small change to a file of C.</summary>
/// <param name="File">Path in the kernel's tree.</param>
/// <param name="Function">The function it is in.</param>
/// <param name="Kind">What class of mistake it is.</param>
/// <param name="Start">Where in the file's text the change begins.</param>
/// <param name="Length">Characters that are replaced.</param>
/// <param name="Replacement">What takes their place; has as many line ends.</param>
/// <param name="Line">Line on which it begins, from 1 on.</param>
public sealed record Mutant(
    string File,
    string Function,
    MutationKind Kind,
    int Start,
    int Length,
    string Replacement,
    int Line)
{
    /// <summary>The changed lines as they were, without what is around them.</summary>
    public required string Before { get; init; }

    /// <summary>The changed lines as they become.</summary>
    public required string After { get; init; }

    /// <summary>Names the change in any revision that has the same lines: file, function, the
    /// line before and after.</summary>
    public string Key => $"{File} {Function}: {Before} -> {After}";

    /// <summary>The file with the change.</summary>
    /// <param name="text">The file.</param>
    public string Apply(string text) =>
        string.Concat(text.AsSpan(0, Start), Replacement, text.AsSpan(Start + Length));
}
