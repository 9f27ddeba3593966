// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.KernelHarness.Git;

/// <summary>The C functions of one file, by name.</summary>
public sealed partial class FunctionTexts
{
    private const int DigestDigits = 16;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    private FunctionTexts(string text)
    {
        string[] lines = text.Split('\n');
        foreach ((string name, LineRange range) in FunctionMap.Of(text))
        {
            // For two configurations, a name may be there twice.
            string own = string.Concat(
                lines[(range.First - 1)..range.Last].Select(line => line + "\n"));
            _texts[name] = _texts.GetValueOrDefault(name, string.Empty) + own;
        }
    }

    /// <summary>Names of all that have a body, in order of the file.</summary>
    public IEnumerable<string> Names => _texts.Keys;

    /// <summary>Reads a file.</summary>
    /// <returns>Null when the tree has no such file.</returns>
    public static FunctionTexts? Of(ISourceTree tree, string file) =>
        tree.ReadFile(file) is { } bytes ? new FunctionTexts(Encoding.UTF8.GetString(bytes)) : null;

    /// <summary>A function's lines as they are, or null when there is none.</summary>
    public string? Find(string name) => _texts.GetValueOrDefault(name);

    /// <summary>16 hexadecimal digits that stand for a function's code: comments and the
    /// layout of lines do not count. Null when there is none.</summary>
    public string? Digest(string name) => Find(name) is { } text
        ? ContentHash.Of(Encoding.UTF8.GetBytes(
            Blanks().Replace(CComments.Strip(text), " ").Trim()))[..DigestDigits]
        : null;

    [GeneratedRegex(@"\s+", RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex Blanks();
}
