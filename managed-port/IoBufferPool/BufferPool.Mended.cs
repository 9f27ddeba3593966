// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <content>What the series lacks. Where a buffer does not suit, there is dma-iommu.</content>
public sealed partial class BufferPool
{
    /// <summary>Whether all of a class is below the device's mask, which its driver may have
    /// lowered since the pool was made.</summary>
    private static bool Reaches(Device dev, IoBufferClass each) =>
        each.IovaBase + (each.BufferBytes * (ulong)each.Slots.Length) - 1
            <= KernelMath.MinNotZero(dev.GetDmaMask(), dev.BusDmaLimit);

    /// <summary>
    /// Whether a list can lie in a buffer from its start on, entry behind entry: it fits, the
    /// device wants no address bits kept, needs no more segments than there are entries, and no
    /// boundary between two of its segments is within a buffer.
    /// </summary>
    private bool SuitsList(Device dev, ReadOnlySpan<ScatterEntry> list)
    {
        ulong size = 0;
        bool isShort = true;
        foreach (ref readonly ScatterEntry entry in list)
        {
            size += entry.Length;
            isShort &= entry.Length <= dev.GetMaxSegmentBytes();
        }
        ulong largest = _classes[^1].BufferBytes;
        return isShort && size <= largest && dev.MinAlignMask == 0
            && dev.GetSegBoundary() >= largest - 1;
    }

    /// <summary>Whether nothing else will be copied to a buffer before its device has it. The
    /// device may write part of it, or nothing: the rest is then to be what was mapped, not what
    /// the buffer held before.</summary>
    private bool StaysAsItIs(IoBufferProt prot, AbiAttr attrs) =>
        _profile.IoBuffersAreMended
        && (prot.Access == IommuAccess.Write
            || (attrs & AbiAttr.SkipCpuSync) != AbiAttr.None);

    private void Copy(IoBufferSlot slot, ulong offset, ulong phys, ulong size) =>
        Sync(slot, offset, phys, 0, size, AbiDirection.ToDevice, forCpu: false);

    private void CopyList(IoBufferSlot slot, ReadOnlySpan<ScatterEntry> list)
    {
        ulong offset = 0;
        foreach (ref readonly ScatterEntry entry in list)
        {
            Copy(slot, offset, entry.Phys, entry.Length);
            offset += entry.Length;
        }
    }
}
