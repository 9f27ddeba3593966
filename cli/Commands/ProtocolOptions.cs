// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.CommandLine.Parsing;
using Dmadiff.Cli.Validation.Protocols;

namespace Dmadiff.Cli.Commands;

/// <summary>The options by which other tools run dmadiff validate as a check of theirs.
/// </summary>
internal sealed class ProtocolOptions
{
    private readonly (Option<bool> Option, Func<ICheckProtocol> Make)[] _all =
    [
        (
            new Option<bool>("--b4-patch")
            {
                Description = "Be a check of b4's for one patch, on standard input.",
            },
            () => new B4PatchProtocol()),
        (
            new Option<bool>("--b4-series")
            {
                Description = "Be a check of b4 review's for a series: print a JSON list.",
            },
            () => new B4SeriesProtocol()),
        (
            new Option<bool>("--nipa")
            {
                Description = "Be a test of NIPA's for the last commit: exit with 0, 250 or 1.",
            },
            () => new NipaProtocol()),
    ];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach ((Option<bool> option, _) in _all)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            string[] given = [.. Given(result)];
            if (given.Length > 1)
            {
                result.AddError($"{string.Join(" and ", given)} exclude each other");
            }
        });
    }

    /// <summary>Whether one of them is there.</summary>
    public bool IsGiven(CommandResult result) => Given(result).Any();

    /// <summary>The tool's protocol; null when a person reads the report.</summary>
    public ICheckProtocol? Of(ParseResult parsed) =>
        _all.Where(o => parsed.GetValue(o.Option)).Select(o => o.Make()).FirstOrDefault();

    private IEnumerable<string> Given(CommandResult result) =>
        _all.Where(o => result.GetValue(o.Option)).Select(o => o.Option.Name);
}
