// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Commands;

/// <summary>Words of the commands that reports tell the user to run.</summary>
internal static class ShellWord
{
    private const string Plain = "-_./=:,+@%^~";

    /// <summary>The word as a shell has to be given it.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))
            ? word
            : "'" + word.Replace("'", "'\\''") + "'";
}
