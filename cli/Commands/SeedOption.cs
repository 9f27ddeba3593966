// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that says which sequences are generated: a number, or a commit.</summary>
internal sealed class SeedOption
{
    // What git abbreviates a hash to at least: so that a hash and its abbreviation are one seed.
    private const int Significant = 7;
    private const int HashDigits = 40;

    private readonly Option<ulong> _option = new("--seed")
    {
        Description =
            "Which sequences are generated; the same seed gives the same ones. A number, or the "
            + "hash of a commit, of which the first 7 digits count. Digits alone are a number.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = Parse,
    };

    /// <summary>Adds it to a command.</summary>
    public void AddTo(Command command) => command.Add(_option);

    /// <summary>The seed.</summary>
    public ulong Value(ParseResult parsed) => parsed.GetValue(_option);

    /// <summary>The seed that some text stands for; null when it is none.</summary>
    internal static ulong? Of(string text)
    {
        if (ulong.TryParse(
            text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
        {
            return number;
        }

        return text.Length is >= Significant and <= HashDigits
            && text.All(char.IsAsciiHexDigit)
            ? ulong.Parse(
                text.AsSpan(0, Significant),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture)
            : null;
    }

    private static ulong Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Of(text) is { } seed)
        {
            return seed;
        }

        result.AddError(
            $"--seed {text}: neither a number nor the hash of a commit (7 to 40 digits)");
        return 0;
    }
}
