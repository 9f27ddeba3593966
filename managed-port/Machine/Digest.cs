// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// The digest that results carry: eight 64-bit lanes over blocks of 64 bytes, see SPEC.md.
/// A value type, so that long sequences can be fed piece by piece without copying them
/// together. Lanes 0 to 3 and 4 to 7 are vectors, because comparing must not cost more than
/// the copies that are compared.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct Digest
{
    /// <summary>First odd multiplier, 2^64 over the golden ratio.</summary>
    public const ulong K1 = 0x9E3779B97F4A7C15;

    /// <summary>Second odd multiplier.</summary>
    public const ulong K2 = 0xD6E8FEB86659FD93;

    /// <summary>Third odd multiplier.</summary>
    public const ulong K3 = 0xC2B2AE3D27D4EB4F;

    private const int BlockBytes = 64;
    private const int HalfBytes = BlockBytes / 2;
    private const int Lanes = BlockBytes / sizeof(ulong);

    private static readonly Vector256<ulong> FirstLanes = Multiples(K1, 1);
    private static readonly Vector256<ulong> LastLanes = Multiples(K1, 5);
    private static readonly Vector256<ulong> FirstKeys = Multiples(K2, 1);
    private static readonly Vector256<ulong> LastKeys = Multiples(K2, 5);

    private Vector256<ulong> _lanes0;
    private Vector256<ulong> _lanes1;
    private Vector256<ulong> _keys0;
    private Vector256<ulong> _keys1;
    private ulong _length;

    /// <summary>Starts a digest.</summary>
    /// <param name="chain">0, or the digest to chain to.</param>
    public Digest(ulong chain)
    {
        _lanes0 = FirstLanes ^ Vector256.Create(chain);
        _lanes1 = LastLanes ^ Vector256.Create(chain);
        _keys0 = FirstKeys;
        _keys1 = LastKeys;
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

    /// <summary>Feeds bytes. All pieces but the last must be whole blocks of 64.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">How many.</param>
    public void Add(byte* bytes, ulong length)
    {
        uint rest = (uint)length % BlockBytes;
        byte* end = bytes + (length - rest);
        AddBlocks(bytes, end);
        if (rest != 0)
        {
            Block padded = default;
            Unsafe.CopyBlockUnaligned(&padded, end, rest);
            AddBlocks((byte*)&padded, (byte*)(&padded + 1));
        }
        _length += length;
    }

    /// <summary>Ends the digest.</summary>
    /// <returns>The digest, never 0.</returns>
    public readonly ulong Finish()
    {
        ulong r = _length * K3;
        fixed (void* first = &_lanes0)
        {
            ulong* lanes = (ulong*)first;
            for (int i = 0; i < Lanes; i++)
            {
                r = (BitOperations.RotateLeft(r ^ lanes[i], 27) * K1) + K2;
            }
        }

        r ^= r >> 29;
        r *= K3;
        r ^= r >> 32;
        return r == 0 ? 1 : r;
    }

    // On its own because it calls nothing: around a call, vectors cannot stay in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddBlocks(byte* bytes, byte* end)
    {
        Vector256<ulong> lanes0 = _lanes0;
        Vector256<ulong> lanes1 = _lanes1;
        Vector256<ulong> keys0 = _keys0;
        Vector256<ulong> keys1 = _keys1;
        Vector256<ulong> step = Vector256.Create(K3);
        for (; bytes != end; bytes += BlockBytes)
        {
            lanes0 = Mix(lanes0, keys0, Vector256.Load((ulong*)bytes));
            lanes1 = Mix(lanes1, keys1, Vector256.Load((ulong*)(bytes + HalfBytes)));
            keys0 += step;
            keys1 += step;
        }

        _lanes0 = lanes0;
        _lanes1 = lanes1;
        _keys0 = keys0;
        _keys1 = keys1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Mix(
        Vector256<ulong> lanes, Vector256<ulong> keys, Vector256<ulong> words)
    {
        Vector256<ulong> mixed = words ^ keys;
        Vector256<ulong> products = Avx2.IsSupported
            ? Avx2.Multiply(mixed.AsUInt32(), (mixed >> 32).AsUInt32())
            : (mixed & Vector256.Create((ulong)uint.MaxValue)) * (mixed >> 32);

        // The neighbour of each lane is the other half of its pair.
        return lanes + products + Vector256.Shuffle(words, Vector256.Create(1UL, 0, 3, 2));
    }

    private static Vector256<ulong> Multiples(ulong constant, ulong first) =>
        Vector256.Create(
            unchecked(constant * first),
            unchecked(constant * (first + 1)),
            unchecked(constant * (first + 2)),
            unchecked(constant * (first + 3)));

    [InlineArray(BlockBytes)]
    private struct Block
    {
        private byte _first;
    }
}
