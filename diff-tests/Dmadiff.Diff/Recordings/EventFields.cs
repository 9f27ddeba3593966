// SPDX-License-Identifier: GPL-2.0-only
using System.Buffers.Text;
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>
/// The fields of an event, found by their names: "KEY=VALUE" or "KEY: VALUE", in any order,
/// among any others. Where a recorder could not make sense of an event's own format it writes the fields
/// as they lie in memory, with numbers in decimal; <see cref="IsRaw"/>.
/// </summary>
/// <param name="text">What follows the event's name.</param>
internal readonly ref struct EventFields(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>The recorder did not know the event's format.</summary>
    public bool IsRaw => _text.StartsWith("[FAILED TO PARSE]"u8);

    /// <summary>The text of a field, up to the next blank; of an array, all of it.</summary>
    /// <returns>False when there is no such field.</returns>
    public bool Find(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        for (var from = 0; from < _text.Length;)
        {
            var at = _text[from..].IndexOf(key);
            if (at < 0)
            {
                break;
            }

            at += from;
            var end = at + key.Length;
            if ((at == 0 || _text[at - 1] == ' ') && end < _text.Length
                && _text[end] is (byte)'=' or (byte)':')
            {
                value = Value(_text[(end + 1)..], skipBlank: _text[end] == ':');
                return true;
            }

            from = end;
        }

        value = default;
        return false;
    }

    /// <summary>The first word, when it has no name: the device of the DMA events.</summary>
    public ReadOnlySpan<byte> FirstWord()
    {
        var end = _text.IndexOf((byte)' ');
        var word = end < 0 ? _text : _text[..end];
        return word.Contains((byte)'=') ? default : word;
    }

    /// <summary>Whether the last word is this one.</summary>
    public bool EndsWith(ReadOnlySpan<byte> word) =>
        _text.EndsWith(word) && (_text.Length == word.Length || _text[^(word.Length + 1)] == ' ');

    /// <summary>A number that the kernel prints in hexadecimal, mostly without saying so.
    /// </summary>
    public bool Hex(ReadOnlySpan<byte> key, out ulong number)
    {
        number = 0;
        return Find(key, out var value) && ParseNumber(value, hex: !IsRaw, out number);
    }

    /// <summary>A number that the kernel prints in decimal.</summary>
    public bool Decimal(ReadOnlySpan<byte> key, out ulong number)
    {
        number = 0;
        return Find(key, out var value) && ParseNumber(value, hex: false, out number);
    }

    /// <summary>An array: "{0x1000,0x2000}". With 0x its numbers are hexadecimal, else
    /// decimal.</summary>
    public bool Array(ReadOnlySpan<byte> key, List<ulong> numbers)
    {
        if (!Find(key, out var value) || value.Length < 2 || value[0] != '{' || value[^1] != '}')
        {
            return false;
        }

        value = value[1..^1];
        while (!value.IsEmpty)
        {
            var comma = value.IndexOf((byte)',');
            var item = (comma < 0 ? value : value[..comma]).Trim((byte)' ');
            if (!ParseNumber(item, hex: false, out var number))
            {
                return false;
            }

            numbers.Add(number);
            if (comma == value.Length - 1)
            {
                return false;
            }

            value = comma < 0 ? default : value[(comma + 1)..];
        }

        return true;
    }

    /// <summary>"nents=16/20", or "nents=16": the second number is how many there are.
    /// </summary>
    public bool Count(ReadOnlySpan<byte> key, out int count)
    {
        count = 0;
        if (!Find(key, out var value))
        {
            return false;
        }

        var slash = value.IndexOf((byte)'/');
        var digits = slash < 0 ? value : value[(slash + 1)..];
        return Utf8Parser.TryParse(digits, out count, out var used) && used == digits.Length
            && count >= 0;
    }

    /// <summary>"dir=TO_DEVICE", or its number.</summary>
    /// <returns>False when there is none that is known.</returns>
    public bool Direction(out AbiDirection direction, out bool none)
    {
        none = false;
        direction = AbiDirection.Bidirectional;
        if (!Find("dir"u8, out var word))
        {
            return false;
        }

        if (word.SequenceEqual("TO_DEVICE"u8) || word.SequenceEqual("1"u8))
        {
            direction = AbiDirection.ToDevice;
        }
        else if (word.SequenceEqual("FROM_DEVICE"u8) || word.SequenceEqual("2"u8))
        {
            direction = AbiDirection.FromDevice;
        }
        else if (word.SequenceEqual("NONE"u8) || word.SequenceEqual("3"u8))
        {
            none = true;
        }
        else if (!word.SequenceEqual("BIDIRECTIONAL"u8) && !word.SequenceEqual("0"u8))
        {
            return false;
        }

        return true;
    }

    /// <summary>"attrs=SKIP_CPU_SYNC|NO_WARN", or a number, in which DMA_ATTR_SKIP_CPU_SYNC
    /// is bit 5 and DMA_ATTR_NO_WARN bit 8. What else there may be has no meaning here.</summary>
    public AbiAttr Attrs()
    {
        const ulong skipSyncBit = 1UL << 5;
        const ulong noWarnBit = 1UL << 8;
        if (!Find("attrs"u8, out var words) || words.IsEmpty)
        {
            return AbiAttr.None;
        }

        if (ParseNumber(words, hex: false, out var bits))
        {
            return ((bits & skipSyncBit) != 0 ? AbiAttr.SkipCpuSync : AbiAttr.None)
                | ((bits & noWarnBit) != 0 ? AbiAttr.NoWarn : AbiAttr.None);
        }

        return (words.IndexOf("SKIP_CPU_SYNC"u8) >= 0 ? AbiAttr.SkipCpuSync : AbiAttr.None)
            | (words.IndexOf("NO_WARN"u8) >= 0 ? AbiAttr.NoWarn : AbiAttr.None);
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text, bool skipBlank)
    {
        if (skipBlank)
        {
            text = text.TrimStart((byte)' ');
        }

        var close = text.Length > 0 && text[0] == '{' ? text.IndexOf((byte)'}') : -1;
        if (close > 0)
        {
            return text[..(close + 1)];
        }

        var end = text.IndexOf((byte)' ');
        return end < 0 ? text : text[..end];
    }

    private static bool ParseNumber(ReadOnlySpan<byte> text, bool hex, out ulong number)
    {
        if (text.StartsWith("0x"u8))
        {
            text = text[2..];
            hex = true;
        }

        return Utf8Parser.TryParse(text, out number, out var used, hex ? 'x' : 'D')
            && used == text.Length;
    }
}
