// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Globalization;

namespace Dmadiff.Cli.Commands;

/// <summary>Checks of what was given for an option.</summary>
internal static class OptionChecks
{
    /// <summary>Makes a number below <paramref name="least"/> an error.</summary>
    /// <remarks>The text is looked at, not the value: asking for the value of what is no
    /// number throws, and the parser reports that by itself.</remarks>
    public static void RequireAtLeast(this Option option, long least) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && long.TryParse(
                    result.Tokens[0].Value,
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out long value)
                && value < least)
            {
                result.AddError($"{option.Name} takes a number of {least} or more");
            }
        });
}
