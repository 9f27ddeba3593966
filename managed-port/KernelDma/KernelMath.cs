// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>The kernel's arithmetic macros, with the widths and wraps they have in C.</summary>
public static class KernelMath
{
    /// <summary>ALIGN() of an unsigned long; a step of 0 gives 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Align(ulong value, ulong step) => (value + (step - 1)) & ~(step - 1);

    /// <summary>ALIGN() of an unsigned int.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Align(uint value, uint step) => (value + (step - 1)) & ~(step - 1);

    /// <summary>ALIGN() of an int.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Align(int value, int step) => (value + (step - 1)) & ~(step - 1);

    /// <summary>is_power_of_2().</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPowerOf2(ulong value) => value != 0 && (value & (value - 1)) == 0;

    /// <summary>roundup_pow_of_two(); what has no such power in 64 bits gives 1.</summary>
    public static ulong RoundUpPowerOf2(ulong value) =>
        1UL << (64 - BitOperations.LeadingZeroCount(value - 1));

    /// <summary>min_not_zero().</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MinNotZero(ulong x, ulong y) =>
        x == 0 ? y : y == 0 ? x : Math.Min(x, y);

    /// <summary>get_order(): the order of pages that holds bytes; for 0 bytes, that of a
    /// whole 64-bit space.</summary>
    [Ports("include/asm-generic/getorder.h", "get_order", "6.1", "6.12", "7.3")]
    public static int GetOrder(ulong bytes, int pageShift) =>
        64 - BitOperations.LeadingZeroCount((bytes - 1) >> pageShift);
}
