// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <summary>
/// struct io_buffer_class: slots for buffers of one size, side by side in one range of IOVAs.
/// </summary>
public sealed class IoBufferClass
{
    /// <summary>Read by devices, written by them, both.</summary>
    public const int Caches = 3;

    private const string File = "drivers/iommu/io-buffer-pool.c";
    private const string Series = "stevens-v1";

    private readonly Log _log;
    private readonly ListHead[] _cached = [.. Enumerable.Range(0, Caches)
        .Select(_ => ListHead.Empty())];

    private uint _lock;

    /// <summary>Creates one whose slots are all empty.</summary>
    /// <param name="unalignedIova">The range that was taken.</param>
    /// <param name="bufferBytes">Bytes of a buffer, a power of two.</param>
    /// <param name="slots">How many.</param>
    /// <param name="log">The kernel log.</param>
    [PortsSeries(Series, File, "io_buffer_class_init")]
    [PortsSeries(Series, File, "io_buffer_slot_to_iova")]
    public IoBufferClass(ulong unalignedIova, ulong bufferBytes, uint slots, Log log)
    {
        _log = log;
        UnalignedIova = unalignedIova;
        BufferBytes = bufferBytes;
        IovaBase = KernelMath.Align(unalignedIova, bufferBytes);
        Slots = new IoBufferSlot[slots];
        for (uint i = 0; i < slots; i++)
        {
            Slots[i] = new IoBufferSlot(IovaBase + (bufferBytes * i));
            EmptySlots.AddLast(Slots[i]);
        }
    }

    /// <summary>unaligned_iova: where the range begins that was taken for it.</summary>
    public ulong UnalignedIova { get; }

    /// <summary>iova_base: where its first slot is.</summary>
    public ulong IovaBase { get; }

    /// <summary>buffer_size: bytes of each buffer.</summary>
    public ulong BufferBytes { get; }

    /// <summary>Its slots, by IOVA.</summary>
    public IoBufferSlot[] Slots { get; }

    /// <summary>empty_slots: those without a buffer.</summary>
    public ListHead EmptySlots { get; } = ListHead.Empty();

    /// <summary>Takes its lock.</summary>
    public void Lock() => KernelSpinLock.Acquire(ref _lock, _log);

    /// <summary>Releases its lock.</summary>
    public void Unlock() => KernelSpinLock.Release(ref _lock, _log);

    /// <summary>cached_slots: buffers that wait, those used last first.</summary>
    public ListHead Cache(int type) => _cached[type];

    /// <summary>The cache of what may be done with a buffer.</summary>
    [PortsSeries(Series, File, "io_buffer_class_get_cache")]
    public ListHead CacheOf(IommuAccess access)
    {
        switch (access)
        {
            case IommuAccess.Read:
                return _cached[0];
            case IommuAccess.Write:
                return _cached[1];
            case IommuAccess.None:
                _log.Bug("io_buffer_class_get_cache");
                break;
        }
        return _cached[2];
    }

    /// <summary>The slot that an IOVA is of, or null.</summary>
    public IoBufferSlot? SlotAt(ulong iova) =>
        iova >= IovaBase && iova < IovaBase + (BufferBytes * (ulong)Slots.Length)
            ? Slots[(iova - IovaBase) / BufferBytes]
            : null;
}
