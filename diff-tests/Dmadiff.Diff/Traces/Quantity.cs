// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;

namespace Dmadiff.Diff.Traces;

/// <summary>Numbers and sizes as traces write them: "5000", "0x1388", "16K", "4M", "8G".</summary>
public static class Quantity
{
    /// <summary>Reads a number, decimal or hexadecimal.</summary>
    /// <param name="text">The digits.</param>
    /// <param name="value">The number.</param>
    /// <returns>Null, or why it is none.</returns>
    public static string? ParseNumber(ReadOnlySpan<char> text, out ulong value)
    {
        var hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = hex ? text[2..] : text;
        value = 0;
        if (digits.IsEmpty || digits.ContainsAnyExcept(hex ? HexDigits : "0123456789"))
        {
            return $"\"{text}\" is not a number";
        }

        var style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out value)
            ? null
            : $"{text} does not fit in 64 bits";
    }

    /// <summary>Reads a size, a number that may end in K, M or G.</summary>
    /// <param name="text">The digits and the suffix.</param>
    /// <param name="value">Bytes.</param>
    /// <returns>Null, or why it is none.</returns>
    public static string? ParseSize(ReadOnlySpan<char> text, out ulong value)
    {
        var shift = text.IsEmpty ? 0 : SuffixShift(text[^1]);
        var digits = shift == 0 ? text : text[..^1];
        var why = ParseNumber(digits, out value);
        if (why is not null)
        {
            return digits.Length == text.Length ? why : $"\"{text}\" is not a size";
        }

        if (value > ulong.MaxValue >> shift)
        {
            return $"{text} does not fit in 64 bits";
        }

        value <<= shift;
        return null;
    }

    /// <summary>Writes a size with the largest suffix that keeps it exact.</summary>
    public static string FormatSize(ulong bytes)
    {
        foreach (var (shift, suffix) in new[] { (30, "G"), (20, "M"), (10, "K") })
        {
            if (bytes != 0 && (bytes & ((1UL << shift) - 1)) == 0)
            {
                return $"{bytes >> shift}{suffix}";
            }
        }

        return $"{bytes}";
    }

    /// <summary>Writes an address, an offset or a mask: hexadecimal, but 0 as "0".</summary>
    public static string FormatHex(ulong value) => value == 0 ? "0" : $"0x{value:x}";

    private const string HexDigits = "0123456789abcdefABCDEF";

    private static int SuffixShift(char suffix) => suffix switch
    {
        'K' => 10,
        'M' => 20,
        'G' => 30,
        _ => 0,
    };
}
