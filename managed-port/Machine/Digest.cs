// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// The digest that results carry: four 64-bit lanes over blocks of 32 bytes. A value type,
/// so that long sequences can be fed piece by piece without copying them together.
/// </summary>
public unsafe struct Digest
{
    /// <summary>First odd multiplier, 2^64 over the golden ratio.</summary>
    public const ulong K1 = 0x9E3779B97F4A7C15;

    /// <summary>Second odd multiplier.</summary>
    public const ulong K2 = 0xD6E8FEB86659FD93;

    /// <summary>Third odd multiplier.</summary>
    public const ulong K3 = 0xC2B2AE3D27D4EB4F;

    private const int BlockBytes = 32;

    private ulong _lane0;
    private ulong _lane1;
    private ulong _lane2;
    private ulong _lane3;
    private ulong _length;

    /// <summary>Starts a digest.</summary>
    /// <param name="chain">0, or the digest to chain to.</param>
    public Digest(ulong chain)
    {
        _lane0 = chain ^ K1;
        _lane1 = chain ^ unchecked(K1 * 2);
        _lane2 = chain ^ unchecked(K1 * 3);
        _lane3 = chain ^ unchecked(K1 * 4);
        _length = 0;
    }

    /// <summary>Digest of one range of bytes.</summary>
    /// <param name="chain">0, or the digest to chain to.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">How many.</param>
    /// <returns>The digest, never 0.</returns>
    public static ulong Of(ulong chain, byte* bytes, ulong length)
    {
        var digest = new Digest(chain);
        digest.Add(bytes, length);
        return digest.Finish();
    }

    /// <summary>Feeds bytes. All pieces but the last must be whole blocks of 32.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">How many.</param>
    public void Add(byte* bytes, ulong length)
    {
        ulong a = _lane0;
        ulong b = _lane1;
        ulong c = _lane2;
        ulong d = _lane3;
        byte* end = bytes + (length & ~(ulong)(BlockBytes - 1));
        for (; bytes != end; bytes += BlockBytes)
        {
            ulong* words = (ulong*)bytes;
            a = Mix(a, words[0]);
            b = Mix(b, words[1]);
            c = Mix(c, words[2]);
            d = Mix(d, words[3]);
        }
        int rest = (int)(length & (BlockBytes - 1));
        if (rest != 0)
        {
            ulong* padded = stackalloc ulong[BlockBytes / sizeof(ulong)];
            new Span<byte>(padded, BlockBytes).Clear();
            Unsafe.CopyBlockUnaligned(padded, bytes, (uint)rest);
            a = Mix(a, padded[0]);
            b = Mix(b, padded[1]);
            c = Mix(c, padded[2]);
            d = Mix(d, padded[3]);
        }
        _lane0 = a;
        _lane1 = b;
        _lane2 = c;
        _lane3 = d;
        _length += length;
    }

    /// <summary>Ends the digest.</summary>
    /// <returns>The digest, never 0.</returns>
    public readonly ulong Finish()
    {
        ulong r = _length * K3;
        r = (BitOperations.RotateLeft(r ^ _lane0, 27) * K1) + K2;
        r = (BitOperations.RotateLeft(r ^ _lane1, 27) * K1) + K2;
        r = (BitOperations.RotateLeft(r ^ _lane2, 27) * K1) + K2;
        r = (BitOperations.RotateLeft(r ^ _lane3, 27) * K1) + K2;
        r ^= r >> 29;
        r *= K3;
        r ^= r >> 32;
        return r == 0 ? 1 : r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong lane, ulong word) =>
        BitOperations.RotateLeft((lane ^ word) * K2, 31);
}
