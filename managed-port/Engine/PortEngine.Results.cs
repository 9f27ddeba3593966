// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Engine;

/// <content>What results tell of the machine's state.</content>
public sealed unsafe partial class PortEngine
{
    private const int WordsPerChunk = Swiotlb.SegmentSlots;
    private const ulong Margin = 64;

    /// <summary>Slots before and after a range that its digest takes in, and at most.</summary>
    private const ulong WindowSlots = 4;
    private const ulong LargestWindow = 256;

    /// <summary>Tells a pool's figures, those of the area that an address falls in, and the
    /// slots around [address, address + size).</summary>
    private void Report(ref AbiResult result, IoTlbMem mem, ulong address, ulong size)
    {
        if (_unobserved)
        {
            return;
        }
        Account(ref result, mem);
        if (PoolHolding(mem, address) is not { AreaNslabs: > 0 } pool)
        {
            return;
        }
        ulong offset = address - pool.Start;
        ulong slot = offset >> Swiotlb.SlotShift;
        ulong first = slot - Math.Min(slot, WindowSlots);
        ulong end = ((offset + size) >> Swiotlb.SlotShift) + 1 + WindowSlots;
        end = Math.Min(Math.Min(end, first + LargestWindow), pool.Nslabs);
        result.SlotDigest = DigestSlots(0, pool, first, end - first);
        ulong area = slot / pool.AreaNslabs;
        if (area >= pool.Nareas)
        {
            return;
        }
        IoTlbArea* state = pool.Areas.Start + area;
        result.Area = (uint)area;
        result.AreaUsed = (uint)state->Used;
        result.AreaIndex = state->Index;
    }

    private void Check(ref AbiResult result)
    {
        for (int i = 0; i <= _pools.Length; i++)
        {
            if (MemAt(i) is not { } mem)
            {
                continue;
            }
            for (PoolCursor at = PoolsOf(mem); at.Pool is { } pool; at = Next(mem, at))
            {
                result.Value = DigestAreas(result.Value, pool);
                result.SlotDigest = DigestSlots(result.SlotDigest, pool, 0, pool.Nslabs);
            }
            Account(ref result, mem);
        }
        foreach (AbiBuffer buffer in _buffers)
        {
            if (buffer.Bytes != 0)
            {
                byte* bytes = _machine.Memory.At(buffer.Base, buffer.Bytes, "check");
                result.DataDigest = Digest.Of(result.DataDigest, bytes, buffer.Bytes);
            }
        }
    }

    /// <summary>A range of a mapping: the buffer's bytes there and 64 to either side, and,
    /// if bounced, the slots that hold the range.</summary>
    private ulong DigestRange(in Mapping mapping, Device dev, ulong offset, ulong size)
    {
        if (_unobserved)
        {
            return 0;
        }
        ulong digest = 0;
        if (mapping.Buffer != Mapping.NoBuffer)
        {
            ulong at = AddUpToMax(mapping.BufferOffset, offset);
            digest = DigestAround(digest, mapping.Buffer, at, size);
        }
        ulong address = mapping.Phys + offset;
        return PoolHolding(dev.Mem, address) is null
            ? digest
            : DigestSlotsHolding(digest, address, size);
    }

    /// <summary>A buffer's bytes of a range, and 64 to either side.</summary>
    private ulong DigestAround(ulong chain, uint number, ulong at, ulong size)
    {
        AbiBuffer buffer = _buffers[number];
        ulong start = Math.Min(at - Math.Min(at, Margin), buffer.Bytes);
        ulong end = Math.Min(AddUpToMax(at, AddUpToMax(size, Margin)), buffer.Bytes);
        byte* bytes = _machine.Memory.At(buffer.Base + start, end - start, "digest");
        return Digest.Of(chain, bytes, end - start);
    }

    /// <summary>The contents of the whole slots that hold [address, address + size), as far
    /// as there is memory.</summary>
    private ulong DigestSlotsHolding(ulong chain, ulong address, ulong size)
    {
        const ulong Offset = Swiotlb.SlotBytes - 1;
        if (_unobserved)
        {
            return chain;
        }
        ulong start = address & ~Offset;
        ulong end = Math.Min((address + size + Offset) & ~Offset, _machine.Memory.Bytes);
        return Digest.Of(chain, _machine.Memory.At(start, end - start, "digest"), end - start);
    }

    [SkipLocalsInit]
    private ulong DigestSlots(ulong chain, IoTlbPool pool, ulong first, ulong count)
    {
        ulong* words = stackalloc ulong[WordsPerChunk];
        var digest = new Digest(chain);
        bool wide = _profile.WideList;
        IoTlbSlot* slot = pool.Slots.Start + first;
        for (ulong done = 0; done < count; done += WordsPerChunk)
        {
            int chunk = (int)Math.Min(WordsPerChunk, count - done);
            for (int i = 0; i < chunk; i++, slot++)
            {
                ulong last = wide
                    ? slot->WideList
                    : slot->List | ((ulong)slot->PadSlots << 32);
                words[i] = (slot->OrigAddr * Digest.K1) + (slot->AllocSize * Digest.K2) + last;
            }
            digest.Add((byte*)words, (ulong)chunk * sizeof(ulong));
        }
        return digest.Finish();
    }

    [SkipLocalsInit]
    private static ulong DigestAreas(ulong chain, IoTlbPool pool)
    {
        ulong* words = stackalloc ulong[WordsPerChunk];
        var digest = new Digest(chain);
        IoTlbArea* area = pool.Areas.Start;
        for (uint done = 0; done < pool.Nareas; done += WordsPerChunk / 2)
        {
            int chunk = (int)Math.Min(WordsPerChunk / 2, pool.Nareas - done);
            for (int i = 0; i < chunk; i++, area++)
            {
                words[2 * i] = area->Used;
                words[(2 * i) + 1] = area->Index;
            }
            digest.Add((byte*)words, (ulong)chunk * 2 * sizeof(ulong));
        }
        return digest.Finish();
    }

    private static ulong AddUpToMax(ulong x, ulong y) =>
        x > ulong.MaxValue - y ? ulong.MaxValue : x + y;
}
