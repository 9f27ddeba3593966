// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Tests.RealKernels;

/// <summary>
/// A change to one place of a C function, told without the text around it: a token or two
/// that the function holds once, and what they become.
/// </summary>
/// <param name="Function">The function, wherever in the file it is defined.</param>
/// <param name="Pattern">Matches once in all its definitions.</param>
/// <param name="Replacement">What regular expressions call a replacement: $0 is the match.
/// </param>
internal sealed record SourceEdit(
    string Function,
    [property: StringSyntax(StringSyntaxAttribute.Regex)] string Pattern,
    string Replacement)
{
    public const string Swiotlb = "kernel/dma/swiotlb.c";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The file it is made to.</summary>
    public string File { get; init; } = Swiotlb;

    /// <summary>The tree with the edit.</summary>
    public EditedTree Apply(ISourceTree tree) => new(
        tree, new Dictionary<string, string>(StringComparer.Ordinal) { [File] = Text(tree) });

    /// <summary>The file's text with the edit.</summary>
    public string Text(ISourceTree tree)
    {
        (string text, int start, Match match) = Find(tree);
        return text[..start] + match.Result(Replacement) + text[(start + match.Length)..];
    }

    /// <summary>The line, counted from 1, that the edit is on.</summary>
    public int Line(ISourceTree tree)
    {
        (string text, int start, _) = Find(tree);
        return text[..start].Count(c => c == '\n') + 1;
    }

    private (string Text, int Start, Match Match) Find(ISourceTree tree)
    {
        byte[] bytes = tree.ReadFile(File)
            ?? throw new InvalidOperationException($"{tree.Name} has no {File}");
        string text = Encoding.UTF8.GetString(bytes);
        var definition = new Regex(
            $@"^(?:[a-z_][\w \*]*[ \*])?{Function}\([^;{{}}]*\)\n\{{\n(?<body>.*?)^\}}",
            RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
            Limit);
        Group[] bodies = [.. definition.Matches(text).Select(m => m.Groups["body"])];
        (int Start, Match Match)[] places =
        [
            .. bodies.SelectMany(body =>
                Regex.Matches(body.Value, Pattern, RegexOptions.None, Limit)
                    .Select(match => (body.Index + match.Index, match))),
        ];
        return places.Length == 1
            ? (text, places[0].Start, places[0].Match)
            : throw new InvalidOperationException(
                $"{tree.Name}: \"{Pattern}\" is {places.Length} times in the "
                + $"{bodies.Length} definitions of {Function}, not once");
    }
}
