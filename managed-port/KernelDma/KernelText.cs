// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>A C string that is being read from the front.</summary>
public struct KernelText
{
    private readonly string _text;
    private int _at;

    /// <summary>Starts at the front.</summary>
    public KernelText(string text)
    {
        _text = text;
        _at = 0;
    }

    /// <summary>Whether a decimal digit comes next.</summary>
    public readonly bool AtDigit => char.IsAsciiDigit(Peek(0));

    /// <summary>Reads past a character if it comes next.</summary>
    public void Skip(char character)
    {
        if (Peek(0) == character)
        {
            _at++;
        }
    }

    /// <summary>Reads past a word if it comes next, whatever follows it.</summary>
    /// <returns>Whether it came.</returns>
    public bool TrySkip(string word)
    {
        bool comes = _text.AsSpan(_at).StartsWith(word);
        _at += comes ? word.Length : 0;
        return comes;
    }

    /// <summary>What is left.</summary>
    public readonly string Rest => _text[_at..];

    /// <summary>Whether exactly this is left.</summary>
    public readonly bool Is(string rest) => _text.AsSpan(_at).SequenceEqual(rest);

    /// <summary>
    /// simple_strtoul() with base 0: 0x is hexadecimal, a leading 0 octal. What does not fit
    /// wraps.
    /// </summary>
    [Ports("lib/vsprintf.c", "simple_strtoul", "6.1", "6.12", "7.3")]
    public ulong ReadUnsigned()
    {
        uint radix = 10;
        if (Peek(0) == '0')
        {
            bool hexadecimal = (Peek(1) | 0x20) == 'x' && char.IsAsciiHexDigit(Peek(2));
            radix = hexadecimal ? 16u : 8u;
            _at += hexadecimal ? 2 : 0;
        }
        ulong value = 0;
        for (; ; _at++)
        {
            char character = Peek(0);
            if (!char.IsAsciiHexDigit(character))
            {
                return value;
            }
            uint digit = char.IsAsciiDigit(character)
                ? (uint)(character - '0')
                : (uint)((character | 0x20) - 'a' + 10);
            if (digit >= radix)
            {
                return value;
            }
            value = (value * radix) + digit;
        }
    }

    /// <summary>memparse(): a number, and what it is counted in: K, M, G, T, P, E.</summary>
    [Ports("lib/cmdline.c", "memparse", "6.1", "6.12", "7.3")]
    public ulong ReadMemorySize()
    {
        ulong value = ReadUnsigned();
        int unit = "KMGTPE".IndexOf(char.ToUpperInvariant(Peek(0)), StringComparison.Ordinal);
        return unit < 0 ? value : value << (10 * (unit + 1));
    }

    /// <summary>kstrtobool(): y, n, t, f, 1, 0, on, off; what follows does not count.
    /// </summary>
    /// <param name="text">Null for nothing at all.</param>
    /// <param name="value">What it says.</param>
    /// <returns>Whether it says anything.</returns>
    [Ports("lib/kstrtox.c", "kstrtobool", "6.1", "6.12", "7.3")]
    public static bool TryReadBool(string? text, out bool value)
    {
        string word = text is null
            ? ""
            : text[..Math.Min(text.Length, 2)].ToUpperInvariant();
        value = word.StartsWith('Y') || word.StartsWith('T') || word.StartsWith('1')
            || word is "ON";
        return value || word.StartsWith('N') || word.StartsWith('F') || word.StartsWith('0')
            || word is "OF";
    }

    private readonly char Peek(int ahead) =>
        _at + ahead < _text.Length ? _text[_at + ahead] : '\0';
}
