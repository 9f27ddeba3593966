// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <summary>The parameters of the pools, as the boot line sets them for all.</summary>
public sealed class IoBufferParameters
{
    /// <summary>num_slots: slots of a class.</summary>
    public uint Slots { get; private set; } = 1024;

    /// <summary>class_sizes: bit n for buffers of 2^n granules, and a page at least.</summary>
    public byte ClassSizes { get; private set; } = 32 | 4 | 1;

    /// <summary>Classes.</summary>
    public int Classes => BitOperations.PopCount(ClassSizes);

    /// <summary>Takes a word of the boot line, if it is one of these.</summary>
    /// <param name="name">"io_buffer_pool.num_slots".</param>
    /// <param name="value">A number, with base 0; what is none, or too large, changes nothing.
    /// </param>
    public void Set(string name, string? value)
    {
        switch (name)
        {
            case "io_buffer_pool.num_slots" when TryRead(value, uint.MaxValue, out uint slots):
                Slots = slots;
                break;
            case "io_buffer_pool.class_sizes" when TryRead(value, byte.MaxValue, out uint sizes):
                ClassSizes = (byte)sizes;
                break;
        }
    }

    /// <summary>kstrtouint() and kstrtou8() with base 0.</summary>
    private static bool TryRead(string? text, uint most, out uint value)
    {
        value = 0;
        string digits = text ?? "";
        int radix = 10;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            digits = digits[2..];
            radix = 16;
        }
        else if (digits.Length > 1 && digits[0] == '0')
        {
            radix = 8;
        }
        ulong read = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32($"{digit}", 16) >= radix)
            {
                return false;
            }
            read = (read * (ulong)radix) + (ulong)Convert.ToInt32($"{digit}", 16);
            if (read > most)
            {
                return false;
            }
        }
        value = (uint)read;
        return digits.Length > 0;
    }
}
