// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.Cli.Commands;

/// <summary>The options that say which kernels to run, the same for all commands.</summary>
internal sealed class KernelOptions
{
    private readonly Option<string[]> _on = new("--on")
    {
        Description =
            "A kernel to run: a name such as debian/6.12 or, with --tree, any revision. "
            + "May be given several times.",
        HelpName = "REV",
    };

    private readonly Option<string?> _tree = new("--tree")
    {
        Description = "A git repository with a kernel. It is only read.",
        HelpName = "PATH",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_on);
        command.Add(_tree);
    }

    /// <summary>The revisions asked for, or those run by default.</summary>
    public IReadOnlyList<string> Revisions(ParseResult parsed)
    {
        string[] asked = parsed.GetValue(_on) ?? [];
        if (asked.Length > 0)
        {
            return [.. asked.Distinct(StringComparer.Ordinal)];
        }

        return Tree(parsed) is null ? KernelPackage.DefaultNames : ["HEAD"];
    }

    /// <summary>The user's repository, or null.</summary>
    public string? Tree(ParseResult parsed) => parsed.GetValue(_tree);

    /// <summary>The same choice of kernels as words of a command line.</summary>
    public string AsArguments(ParseResult parsed)
    {
        var words = new List<string>();
        if (Tree(parsed) is { } tree)
        {
            words.Add("--tree " + ShellWord.Quote(tree));
        }

        words.AddRange((parsed.GetValue(_on) ?? []).Select(r => "--on " + ShellWord.Quote(r)));
        return string.Join(' ', words);
    }
}
