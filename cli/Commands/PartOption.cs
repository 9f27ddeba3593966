// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Diff.Generators;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that names the code that operations are to be about.</summary>
internal sealed class PartOption
{
    private readonly Option<string> _option = new("--part")
    {
        Description = "What the operations are about: " + string.Join(" or ", Names)
            + ". Without it, all in turn.",
        HelpName = "NAME",
    };

    /// <summary>Creates it.</summary>
    public PartOption() => _option.AcceptOnlyFromAmong([.. Names]);

    private static IEnumerable<string> Names =>
        Enum.GetNames<GeneratedPart>().Select(name => name.ToLowerInvariant());

    /// <summary>Adds it to a command.</summary>
    public void AddTo(Command command) => command.Add(_option);

    /// <summary>The part that was named; if none was, all of them.</summary>
    public IReadOnlyList<GeneratedPart> Choice(ParseResult parsed) =>
        parsed.GetValue(_option) is { } name
            ? [Enum.Parse<GeneratedPart>(name, ignoreCase: true)]
            : Enum.GetValues<GeneratedPart>();
}
