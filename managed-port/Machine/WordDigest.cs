// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>A <see cref="Digest"/> of 64-bit words that come one by one.</summary>
/// <param name="chain">0, or the digest to chain to.</param>
public unsafe ref struct WordDigest(ulong chain)
{
    private const int Capacity = 64;

    private Digest _digest = new(chain);
    private Words _words;
    private int _count;

    /// <summary>Adds a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong word)
    {
        if (_count == Capacity)
        {
            Flush();
        }
        _words[_count++] = word;
    }

    /// <summary>Ends the digest.</summary>
    /// <returns>The digest, never 0.</returns>
    public ulong Finish()
    {
        Flush();
        return _digest.Finish();
    }

    private void Flush()
    {
        fixed (void* words = &_words)
        {
            _digest.Add((byte*)words, (ulong)_count * sizeof(ulong));
        }
        _count = 0;
    }

    [InlineArray(Capacity)]
    private struct Words
    {
        private ulong _first;
    }
}
