// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness;

/// <summary>Makes text that a stranger wrote safe to print: a terminal obeys control
/// characters, and some others turn the order of what stands around them.</summary>
public static class PrintableText
{
    private const char Instead = '?';

    /// <summary>The text with a "?" for each such character; line breaks and tabs stay.
    /// </summary>
    public static string Of(string text) => text.Any(IsHarmful)
        ? string.Create(text.Length, text, (into, from) =>
        {
            for (int i = 0; i < into.Length; i++)
            {
                into[i] = IsHarmful(from[i]) ? Instead : from[i];
            }
        })
        : text;

    private static bool IsHarmful(char c) => (char.IsControl(c) && c is not ('\n' or '\t'))
        || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
