// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Findings;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli;

/// <summary>Finds where kernels define functions, among the files under test.</summary>
/// <param name="trees">The kernels.</param>
internal sealed class FunctionLocator(IEnumerable<ISourceTree> trees)
{
    private static readonly string[] Folders = ["kernel/dma", "drivers/iommu"];

    private readonly Dictionary<string, ISourceTree> _trees =
        trees.DistinctBy(t => t.Name).ToDictionary(t => t.Name, StringComparer.Ordinal);

    private readonly Dictionary<(string, string), FindingPlace> _places = [];

    /// <summary>The place of a function; without file and line when it is not found.</summary>
    public FindingPlace Locate(string kernel, string function)
    {
        if (!_places.TryGetValue((kernel, function), out FindingPlace? place))
        {
            place = Search(kernel, function) ?? new FindingPlace(function, string.Empty, 0);
            _places.Add((kernel, function), place);
        }

        return place;
    }

    private FindingPlace? Search(string kernel, string function)
    {
        if (!_trees.TryGetValue(kernel, out ISourceTree? tree))
        {
            return null;
        }

        foreach (string file in Folders.SelectMany(f => tree.ListFiles(f, recurse: false))
            .Where(f => f.EndsWith(".c", StringComparison.Ordinal)))
        {
            string text = Encoding.UTF8.GetString(tree.ReadFile(file) ?? []);
            if (LineOf(text, function) is { } line)
            {
                return new FindingPlace(function, file, line);
            }
        }

        return null;
    }

    // A definition begins in the first column, its name may be on the line after its type,
    // and what comes first after the name, a brace or a semicolon, tells it from a declaration.
    private static int? LineOf(string text, string function)
    {
        string call = function + "(";
        for (int at = text.IndexOf(call, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(call, at + 1, StringComparison.Ordinal))
        {
            int start = text.LastIndexOf('\n', at) + 1;
            bool isWord = at == start || !(char.IsAsciiLetterOrDigit(text[at - 1])
                || text[at - 1] == '_');
            int end = text.AsSpan(at).IndexOfAny('{', ';');
            if (isWord && end >= 0 && text[at + end] == '{'
                && !char.IsWhiteSpace(text[start]) && text[start] != '*' && text[start] != '#')
            {
                return text.AsSpan(0, at).Count('\n') + 1;
            }
        }

        return null;
    }
}
