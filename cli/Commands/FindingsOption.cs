// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that says where the traces of findings go.</summary>
internal sealed class FindingsOption
{
    private readonly Option<string> _folder = new("--findings")
    {
        Description = "Folder for the traces of findings.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "dmadiff-findings",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command)
    {
        _folder.RequireFolder();
        command.Add(_folder);
    }

    /// <summary>Whether the user named one.</summary>
    public bool IsGiven(ParseResult parsed) =>
        parsed.GetResult(_folder) is { Implicit: false };

    /// <summary>The folder.</summary>
    public string Folder(ParseResult parsed) => parsed.GetValue(_folder)!;
}
