// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>What may be the name of a pool, device, buffer or mapping.</summary>
internal static class NameRule
{
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 32
        && (char.IsAsciiLetter(text[0]) || text[0] == '_')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public static string Complaint(string text) =>
        $"\"{text}\" is not a name: a letter, then letters, digits or _, 32 at most";
}
