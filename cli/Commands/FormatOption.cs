// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Diff.Findings;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that says how a report is written.</summary>
internal sealed class FormatOption
{
    private readonly Option<string> _format;

    /// <summary>Makes the option.</summary>
    public FormatOption()
    {
        string[] names = [.. FindingsFormat.All.Select(f => f.Name)];
        _format = new Option<string>("--format")
        {
            Description = $"How the report is written: {string.Join(", ", names)}.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => FindingsFormat.Text.Name,
        };
        _format.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !names.Contains(result.Tokens[0].Value))
            {
                result.AddError(
                    $"--format takes {string.Join(", ", names[..^1])} or {names[^1]}, "
                    + $"not {result.Tokens[0].Value}");
            }
        });
    }

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_format);

    /// <summary>The format.</summary>
    public FindingsFormat Format(ParseResult parsed) =>
        FindingsFormat.All.Single(f => f.Name == parsed.GetValue(_format));
}
