// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.Tests.Docs;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">The word after the fence; empty without one.</param>
/// <param name="Text">Its lines, each ended by a newline.</param>
/// <param name="Heading">The last heading above it.</param>
/// <param name="Line">Of its fence, counted from 1.</param>
internal sealed record DocBlock(string Language, string Text, string Heading, int Line);

/// <summary>A page of the documentation.</summary>
internal sealed partial class DocPage
{
    private DocPage(string path)
    {
        Path = path;
        Name = System.IO.Path.GetRelativePath(Root, path);
        Lines = File.ReadAllLines(path);
        Blocks = ReadBlocks(Lines);
    }

    /// <summary>The folder that the repository is in.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>README.md, CONTRIBUTING.md and all of docs/.</summary>
    public static IReadOnlyList<DocPage> All { get; } =
    [
        .. new[] { "README.md", "CONTRIBUTING.md" }
            .Select(name => System.IO.Path.Combine(Root, name))
            .Concat(Directory.GetFiles(System.IO.Path.Combine(Root, "docs"), "*.md")
                .Order(StringComparer.Ordinal))
            .Select(path => new DocPage(path)),
    ];

    public string Path { get; }

    public string Name { get; }

    public string[] Lines { get; }

    public IReadOnlyList<DocBlock> Blocks { get; }

    /// <summary>Targets of links, as they stand in the text.</summary>
    public IEnumerable<string> Links => Lines
        .SelectMany(line => Link().Matches(line))
        .Select(match => match.Groups["target"].Value);

    /// <summary>Text in which commands are named: blocks that are no traces, indented lines,
    /// and code in sentences.</summary>
    public IEnumerable<string> Code => Blocks
        .Where(block => block.Language != "trace")
        .SelectMany(block => block.Text.Split('\n'))
        .Concat(Lines.Where(line => line.StartsWith("    ", StringComparison.Ordinal)))
        .Concat(Lines.SelectMany(line => InlineCode().Matches(line).Select(m => m.Value[1..^1])));

    /// <summary>The page with this name.</summary>
    public static DocPage Get(string name) => All.Single(page => page.Name == name);

    public override string ToString() => Name;

    private static List<DocBlock> ReadBlocks(string[] lines)
    {
        const string fence = "```";
        var blocks = new List<DocBlock>();
        var heading = "";
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('#'))
            {
                heading = lines[i].TrimStart('#').Trim();
            }

            if (!lines[i].StartsWith(fence, StringComparison.Ordinal))
            {
                continue;
            }

            var end = Array.IndexOf(lines, fence, i + 1);
            if (end < 0)
            {
                throw new InvalidDataException($"the block in line {i + 1} does not end");
            }

            var text = string.Concat(lines[(i + 1)..end].Select(line => line + '\n'));
            blocks.Add(new DocBlock(lines[i][fence.Length..], text, heading, i + 1));
            i = end;
        }

        return blocks;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "Differential.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("the tests run outside the source tree");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]+`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InlineCode();
}
