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

    private readonly Option<string?> _source = new("--source")
    {
        Description = "A kernel that is not in git: a folder, or a .tar, .tar.gz or .tar.xz.",
        HelpName = "PATH",
    };

    /// <summary>Run when neither a kernel nor a tree is asked for.</summary>
    public IReadOnlyList<string> DefaultNames { get; init; } = KernelPackage.DefaultNames;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_on);
        AddTreesTo(command);
    }

    /// <summary>Adds those that say where kernels come from, but not which.</summary>
    public void AddTreesTo(Command command)
    {
        command.Add(_tree);
        command.Add(_source);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_tree) is not null && result.GetValue(_source) is not null)
            {
                result.AddError("--tree and --source exclude each other");
            }
        });
    }

    /// <summary>Adds the one that names a repository.</summary>
    public void AddTreeTo(Command command) => command.Add(_tree);

    /// <summary>The repository, or null.</summary>
    public string? Tree(ParseResult parsed) => parsed.GetValue(_tree);

    /// <summary>Whether revisions were asked for by name.</summary>
    public bool NamesSome(ParseResult parsed) => parsed.GetValue(_on) is { Length: > 0 };

    /// <summary>What was asked for, or what is run by default.</summary>
    public KernelChoice Choice(ParseResult parsed) => Choice(parsed, parsed.GetValue(_on) ?? []);

    /// <summary>The same with revisions that another option gave.</summary>
    public KernelChoice Choice(ParseResult parsed, IReadOnlyList<string> asked)
    {
        string? tree = parsed.GetValue(_tree);
        string? source = parsed.GetValue(_source);
        IReadOnlyList<string> byDefault = (tree, source) switch
        {
            (not null, _) => ["HEAD"],
            (_, not null) => [],
            _ => DefaultNames,
        };
        return new KernelChoice(
            tree,
            source,
            asked.Count > 0 ? [.. asked.Distinct(StringComparer.Ordinal)] : byDefault);
    }

    /// <summary>The same choice of kernels as words of a command line, an option and its value
    /// in one.</summary>
    public IReadOnlyList<string> AsWords(ParseResult parsed) =>
    [
        .. TreesAsWords(parsed),
        .. (parsed.GetValue(_on) ?? []).Select(r => "--on " + ShellWord.Quote(r)),
    ];

    /// <summary>Where kernels come from as words of a command line.</summary>
    public IEnumerable<string> TreesAsWords(ParseResult parsed)
    {
        if (parsed.GetValue(_tree) is { } tree)
        {
            yield return "--tree " + ShellWord.Quote(tree);
        }

        if (parsed.GetResult(_source) is not null && parsed.GetValue(_source) is { } source)
        {
            yield return "--source " + ShellWord.Quote(source);
        }
    }
}
