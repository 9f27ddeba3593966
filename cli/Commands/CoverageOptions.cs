// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;

namespace Dmadiff.Cli.Commands;

/// <summary>The options that have kernels count what of their code is run.</summary>
internal sealed class CoverageOptions
{
    private readonly Option<bool> _coverage = new("--coverage")
    {
        Description = "Show how much of each of the kernels' files was run.",
    };

    private readonly Option<bool> _feedback = new("--feedback")
    {
        Description =
            "Keep sequences that run what none before did, and vary them: half of the "
            + "sequences are made so.",
    };

    private readonly Option<string?> _keep = new("--keep")
    {
        Description =
            "Folder for the sequences that were kept, each made as small as what it was kept "
            + "for allows; implies --feedback.",
        HelpName = "DIR",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _keep.RequireFolder();
        command.Add(_coverage);
        command.Add(_feedback);
        command.Add(_keep);
    }

    /// <summary>Whether a table is wanted.</summary>
    public bool Shows(ParseResult parsed) => parsed.GetValue(_coverage);

    /// <summary>Whether sequences are varied.</summary>
    public bool FeedsBack(ParseResult parsed) =>
        parsed.GetValue(_feedback) || Folder(parsed) is not null;

    /// <summary>Where those that were kept go; null for nowhere.</summary>
    public string? Folder(ParseResult parsed) => parsed.GetValue(_keep);

    /// <summary>Whether anything is to be counted.</summary>
    public bool Counts(ParseResult parsed) => Shows(parsed) || FeedsBack(parsed);
}
