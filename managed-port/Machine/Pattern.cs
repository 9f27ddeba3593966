// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>The bytes that a seed stands for, in fills and device writes.</summary>
public static unsafe class Pattern
{
    /// <summary>Writes a seed's pattern.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="bytes">Where to.</param>
    /// <param name="length">Bytes.</param>
    public static void Write(ulong seed, byte* bytes, ulong length)
    {
        ulong at = seed * Digest.K1;
        byte* end = bytes + (length & ~7UL);
        for (; bytes != end; bytes += sizeof(ulong))
        {
            *(ulong*)bytes = Word(at++);
        }
        ulong last = Word(at);
        for (ulong i = length & 7; i != 0; i--, last >>= 8)
        {
            *bytes++ = (byte)last;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ulong z)
    {
        z = (z ^ (z >> 30)) * Digest.K2;
        z = (z ^ (z >> 27)) * Digest.K3;
        return z ^ (z >> 31);
    }
}
