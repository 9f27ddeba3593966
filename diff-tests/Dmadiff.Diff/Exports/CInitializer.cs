// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Dmadiff.Diff.Exports;

/// <summary>Values as C writes them.</summary>
internal static class CInitializer
{
    private const ulong LargestDecimal = 9999;

    /// <summary>A struct of the boundary: <c>{.kind = 7, .size = 0x1000}</c>. What is 0 is left
    /// out.</summary>
    public static string Of<T>(T value)
        where T : unmanaged
    {
        var parts = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Select(f => (f.Name, Number: Convert.ToUInt64(
                f.GetValue(value), CultureInfo.InvariantCulture)))
            .Where(f => f.Number != 0)
            .Select(f => $".{SnakeCase(f.Name)} = {Number(f.Number)}")
            .ToList();
        return parts.Count > 0 ? $"{{{string.Join(", ", parts)}}}" : "{0}";
    }

    /// <summary>A number, in the base that it is easier to read in.</summary>
    public static string Number(ulong value) => value <= LargestDecimal
        ? value.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"0x{value:x}{Suffix(value)}");

    /// <summary>A string.</summary>
    public static string Text(string text) =>
        $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    /// <summary>The lines of a text for a comment, each behind a star.</summary>
    public static string Comment(string text) => string.Concat(
        text.TrimEnd('\n').Split('\n').Select(
            line => $" *   {line.Replace("*/", "* /")}".TrimEnd() + "\n"));

    private static string Suffix(ulong value) => value > uint.MaxValue ? "ull" : "";

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
