// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Histories;

namespace Dmadiff.Cli.Commands;

/// <summary>What dmadiff bisect was asked to do.</summary>
/// <param name="Tree">Path of the repository.</param>
/// <param name="Ends">The range.</param>
/// <param name="TraceFiles">Traces that show whatever they show.</param>
/// <param name="FindingFiles">Traces that name their finding.</param>
/// <param name="FirstParent">Follows only the first parent of merges.</param>
/// <param name="Log">Where git's log of it goes; null for nowhere.</param>
/// <param name="Findings">Folder for traces.</param>
internal sealed record BisectJob(
    string Tree,
    RangeEnds Ends,
    IReadOnlyList<string> TraceFiles,
    IReadOnlyList<string> FindingFiles,
    bool FirstParent,
    string? Log,
    string Findings)
{
    /// <summary>Reads the traces.</summary>
    public IReadOnlyList<TraceInQuestion> Traces() =>
    [
        .. TraceInQuestion.Read(TraceFiles),
        .. FindingFiles.Select(TraceInQuestion.ReadFinding),
    ];
}

/// <summary>The options of dmadiff bisect.</summary>
internal sealed class BisectOptions
{
    private readonly Argument<string[]> _traces = new("TRACE")
    {
        Description = "Files with traces. The failure asked for is the one that the trace "
            + "names, or else the first that --bad shows and --good does not.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _findings = new("--finding")
    {
        Description = "A trace that names its finding, as those in a findings folder do.",
        HelpName = "FILE",
    };

    private readonly Option<string> _tree = new("--tree")
    {
        Description = "A git repository with a kernel. It is only read. Default: this one.",
        HelpName = "PATH",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<string?> _good = Revision("--good", "A revision without the failure.");
    private readonly Option<string?> _bad = Revision("--bad", "A revision with the failure.");
    private readonly Option<string?> _old = Revision(
        "--old", "Ask when the behaviour changed, in any way: a revision before that.");

    private readonly Option<string?> _new = Revision("--new", "A revision after that.");

    private readonly Option<bool> _firstParent = new("--first-parent")
    {
        Description = "Follow only the first parent of merges.",
    };

    private readonly Option<string?> _log = new("--log")
    {
        Description = "Write a log that git bisect replay reads.",
        HelpName = "FILE",
    };

    private readonly FindingsOption _folder = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_traces);
        foreach (Option option in new Option[]
        {
            _tree, _good, _bad, _old, _new, _findings, _firstParent, _log,
        })
        {
            command.Add(option);
        }

        _folder.AddTo(command);
        command.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            bool failure = Given(_good) && Given(_bad) && !Given(_old) && !Given(_new);
            bool change = Given(_old) && Given(_new) && !Given(_good) && !Given(_bad);
            int traces = (result.GetResult(_traces)?.Tokens.Count ?? 0)
                + (result.GetResult(_findings)?.Tokens.Count ?? 0);
            if (!failure && !change)
            {
                result.AddError("bisect takes --good and --bad, or --old and --new");
            }
            else if (traces == 0)
            {
                result.AddError("bisect takes a TRACE, or --finding FILE");
            }
            else if (change && Given(_findings))
            {
                result.AddError("--finding goes with --good and --bad: --old and --new ask for "
                    + "any change");
            }
            else if (traces > 1 && Given(_log))
            {
                result.AddError("--log takes one trace: there is a log for each");
            }
        });
    }

    /// <summary>What was asked for.</summary>
    public BisectJob Read(ParseResult parsed)
    {
        string? old = parsed.GetValue(_old);
        return new BisectJob(
            parsed.GetValue(_tree)!,
            new RangeEnds(
                old ?? parsed.GetValue(_good)!,
                parsed.GetValue(_new) ?? parsed.GetValue(_bad)!,
                old is not null),
            parsed.GetValue(_traces) ?? [],
            parsed.GetValue(_findings) ?? [],
            parsed.GetValue(_firstParent),
            parsed.GetValue(_log),
            _folder.Folder(parsed));
    }

    private static Option<string?> Revision(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "REV",
    };
}
