// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Mapping and unmapping one range.</content>
public sealed unsafe partial class Swiotlb
{
    private const string Maps = "swiotlb_tbl_map_single";
    private const string Releases = "swiotlb_release_slots";

    private readonly RateLimit _noPoolLimit = new();
    private readonly RateLimit _fullLimit = new();
    private OnceFlag _warnedEncryption;
    private OnceFlag _warnedSizes;
    private OnceFlag _warnedAlignment;
    private OnceFlag _warnedOverflowingMap;

    /// <summary>
    /// Takes slots for a range and copies it there. The copy happens whatever the direction,
    /// so that a device that writes less than all leaves the rest as it was.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="origAddr">Physical address of the range.</param>
    /// <param name="mappingSize">Its bytes.</param>
    /// <param name="allocSize">Bytes to have slots for, where the revision is told.</param>
    /// <param name="allocAlignMask">Alignment of the slots, a mask; 0 for none.</param>
    /// <param name="attrs">NoWarn keeps a full pool quiet.</param>
    /// <returns>Physical address in the pool, or <see cref="MappingError"/>.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_tbl_map_single", "6.1", "6.12", "7.3")]
    public ulong TblMapSingle(
        Device dev, ulong origAddr, ulong mappingSize, ulong allocSize, uint allocAlignMask,
        AbiAttr attrs)
    {
        IoTlbMem mem = dev.Mem;
        if (mem.Nslabs == 0)
        {
            if (_noPoolLimit.Allows(_machine.Clock, _log, Maps))
            {
                _log.Warning(
                    dev.Prefix + "Can not allocate SWIOTLB buffer earlier and can't now "
                    + "provide you with the DMA bounce buffer");
            }
            return MappingError;
        }
        if (_encrypts && _warnedEncryption.First())
        {
            _log.Warning(
                $"{Prefix}Memory encryption is active and system is using DMA bounce buffers");
        }
        if (_profile.SharesByPool && _encrypts && !mem.CcShared)
        {
            return MappingError;
        }
        return _profile.TakesAllocSize
            ? MapAsTold(dev, mem, origAddr, mappingSize, allocSize, allocAlignMask, attrs)
            : MapAligned(dev, mem, origAddr, mappingSize, allocAlignMask, attrs);
    }

    /// <summary>
    /// 6.1: the caller says how much to allocate. The offset, if there is one, is within the
    /// first slot.
    /// </summary>
    private ulong MapAsTold(
        Device dev, IoTlbMem mem, ulong origAddr, ulong mappingSize, ulong allocSize,
        uint allocAlignMask, AbiAttr attrs)
    {
        if (mappingSize > allocSize)
        {
            if (_warnedSizes.First())
            {
                _log.Warning(
                    $"{dev.Prefix}Invalid sizes (mapping: {(long)mappingSize} bytes, "
                    + $"alloc: {(long)allocSize} bytes)");
            }
            return MappingError;
        }
        ulong tlbAddr = DynMap(dev, origAddr, allocSize, allocAlignMask, attrs);
        if (tlbAddr == MappingError)
        {
            tlbAddr = FixedMap(dev, origAddr, allocSize, allocAlignMask);
        }
        if (tlbAddr == MappingError)
        {
            WarnFull(dev, mem, allocSize, attrs);
            return MappingError;
        }
        Bounce(dev, tlbAddr, mappingSize, toDevice: true, mem.DefaultPool);
        return tlbAddr;
    }

    /// <summary>Takes slots of the pool.</summary>
    [PortsSeries(Series, SwiotlbFile, "swiotlb_fixed_map")]
    private ulong FixedMap(Device dev, ulong origAddr, ulong allocSize, uint allocAlignMask)
    {
        uint offset = AlignOffset(dev, 0, origAddr);
        int index = FindSlots(
            dev, origAddr, allocSize + offset, allocAlignMask, out IoTlbPool pool);
        if (index == NotFound)
        {
            return MappingError;
        }
        NoteOrigins(pool, index, NrSlots(allocSize + offset), origAddr);
        return SlotAddr(pool.Start, (ulong)index) + offset;
    }

    /// <summary>
    /// 6.12: the allocation is the mapping and its offset, rounded up to the alignment. The
    /// offset may be several slots, the padding, which hold no original address.
    /// </summary>
    private ulong MapAligned(
        Device dev, IoTlbMem mem, ulong origAddr, ulong mappingSize, uint allocAlignMask,
        AbiAttr attrs)
    {
        if (allocAlignMask > _pageOffsetMask && _warnedAlignment.First())
        {
            WarnDevice(
                dev,
                Maps,
                "Alloc alignment may prevent fulfilling requests with max mapping_size");
        }
        uint offset = AlignOffset(dev, allocAlignMask, origAddr);
        ulong size = KernelMath.Align(mappingSize + offset, (ulong)(allocAlignMask + 1));
        int index = FindSlots(dev, origAddr, size, allocAlignMask, out IoTlbPool pool);
        if (index == NotFound)
        {
            WarnFull(dev, mem, size, attrs);
            return MappingError;
        }
        dev.DmaSkipSync = false;

        ushort padSlots = (ushort)(offset >> SlotShift);
        offset &= SlotBytes - 1;
        index += padSlots;
        pool.Slots.At(index, Maps)->PadSlots = padSlots;
        NoteOrigins(pool, index, NrSlots(size) - padSlots, origAddr);
        ulong tlbAddr = SlotAddr(pool.Start, (ulong)index) + offset;
        Bounce(dev, tlbAddr, mappingSize, toDevice: true, pool);
        return tlbAddr;
    }

    /// <summary>
    /// Each slot notes the original address of its first byte: multiples of a slot's size
    /// from the range's start, even where an offset puts the range further into the slot.
    /// </summary>
    private static void NoteOrigins(IoTlbPool pool, int index, ulong count, ulong origAddr)
    {
        IoTlbSlot* slot = pool.Slots.Range((uint)index, (long)count, Maps);
        for (uint i = 0; i < count; i++)
        {
            slot[i].OrigAddr = SlotAddr(origAddr, i);
        }
    }

    private void WarnFull(Device dev, IoTlbMem mem, ulong size, AbiAttr attrs)
    {
        if ((attrs & AbiAttr.NoWarn) == AbiAttr.None
            && _fullLimit.Allows(_machine.Clock, _log, Maps))
        {
            _log.Warning(
                $"{dev.Prefix}swiotlb buffer is full (sz: {(long)size} bytes), "
                + $"total {mem.Nslabs} (slots), used {MemUsed(mem)} (slots)");
        }
    }

    /// <summary>
    /// Gives a mapping's slots back, from its last to its first, each counting the free slots
    /// from it on; then the free ones before it count on.
    /// </summary>
    /// <remarks>
    /// The slot after the mapping is looked at unless the mapping ends its segment: in a pool
    /// that is no multiple of a segment that may be one past the table.
    /// </remarks>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_release_slots", "6.1", "6.12", "7.3")]
    private void ReleaseSlots(Device dev, ulong tlbAddr, IoTlbPool pool)
    {
        uint offset = AlignOffset(dev, 0, tlbAddr);
        int index = (int)((tlbAddr - offset - pool.Start) >> SlotShift);
        if (_hasPadSlots)
        {
            index -= pool.Slots.At(index, Releases)->PadSlots;
        }
        int nslots = (int)NrSlots(pool.Slots.At(index, Releases)->AllocSize + offset);
        int areaIndex = (int)((uint)index / pool.AreaNslabs);
        if ((uint)areaIndex >= pool.Nareas)
        {
            _log.Bug(Releases);
        }
        IoTlbArea* area = pool.Areas.At(areaIndex, Releases);

        KernelSpinLock.Acquire(ref area->Lock, _log);
        if (_wideList)
        {
            GiveSlotsBack<WideList>(pool.Slots, index, nslots);
        }
        else
        {
            GiveSlotsBack<NarrowList>(pool.Slots, index, nslots);
        }
        area->Used -= (ulong)nslots;
        KernelSpinLock.Release(ref area->Lock, _log);
        DecUsed(dev.Mem, (uint)nslots);
    }

    /// <summary>The part of a release that walks the slots.</summary>
    private static void GiveSlotsBack<TList>(
        KernelArray<IoTlbSlot> slots, int index, int nslots)
        where TList : IListWidth
    {
        uint count = 0;
        if (index + nslots < KernelMath.Align(index + 1, SegmentSlots))
        {
            count = TList.Get(slots.At(index + nslots, Releases));
        }
        IoTlbSlot* slot = slots.Range(index, nslots, Releases) + nslots;
        for (int i = 0; i < nslots; i++)
        {
            slot--;
            slot->OrigAddr = IoTlbSlot.NoAddress;
            slot->AllocSize = 0;
            // Before the list: a wide one covers these bits.
            slot->PadSlots = 0;
            TList.Set(slot, ++count);
        }
        CountBack<TList>(slots, index, count, Releases);
    }

    /// <summary>swiotlb_tbl_unmap_single(): copies back what the device wrote, unless told
    /// not to, and gives the slots back.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_tbl_unmap_single", "6.1")]
    [Ports("include/linux/swiotlb.h", "swiotlb_tbl_unmap_single", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "__swiotlb_tbl_unmap_single", "6.12", "7.3")]
    public void TblUnmapSingle(
        Device dev, ulong tlbAddr, ulong mappingSize, AbiDirection dir, AbiAttr attrs)
    {
        if (PoolToUse(dev, tlbAddr) is { } pool)
        {
            TblUnmapSingle(dev, tlbAddr, mappingSize, dir, attrs, pool);
        }
    }

    /// <summary>The same in a pool that is known.</summary>
    internal void TblUnmapSingle(
        Device dev, ulong tlbAddr, ulong mappingSize, AbiDirection dir, AbiAttr attrs,
        IoTlbPool pool)
    {
        if ((attrs & AbiAttr.SkipCpuSync) == AbiAttr.None
            && dir is AbiDirection.FromDevice or AbiDirection.Bidirectional)
        {
            Bounce(dev, tlbAddr, mappingSize, toDevice: false, pool);
        }
        if (_hasDynamicSlots && !pool.Holds(tlbAddr))
        {
            DynUnmap(dev, tlbAddr);
        }
        else if (!DelTransient(dev, pool))
        {
            ReleaseSlots(dev, tlbAddr, pool);
        }
    }

    /// <summary>
    /// Bounces a range for dma-direct, and takes it back if the device cannot reach where it
    /// ended up.
    /// </summary>
    /// <returns>DMA address, or <see cref="MappingError"/>.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_map", "6.1", "6.12", "7.3")]
    public ulong Map(Device dev, ulong paddr, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        ulong bounced = TblMapSingle(dev, paddr, size, size, 0, attrs);
        if (bounced == MappingError)
        {
            return MappingError;
        }
        ulong address = dev.PhysToDma(bounced);
        if (!DmaDirect.IsCapable(dev, address, size))
        {
            TblUnmapSingle(dev, bounced, size, dir, attrs | AbiAttr.SkipCpuSync);
            if (_warnedOverflowingMap.First())
            {
                WarnDevice(
                    dev,
                    "swiotlb_map",
                    $"swiotlb addr 0x{address:x16}+{size} overflow "
                    + $"(mask {dev.DmaMask:x}, bus limit {dev.BusDmaLimit:x}).");
            }
            return MappingError;
        }
        if (!dev.IsCoherent && (attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            _machine.Caches.SyncForDevice(bounced, size);
        }
        return address;
    }

    /// <summary>
    /// The longest mapping, in bytes: a segment, less what the device's alignment may skip.
    /// The mask is an int here: one with its top bit set comes out as more than a segment.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_max_mapping_size", "6.1", "6.12", "7.3")]
    public static ulong MaxMappingSize(Device dev)
    {
        int minAlignMask = (int)dev.MinAlignMask;
        int minAlign = 0;
        if (minAlignMask != 0)
        {
            minAlign = (minAlignMask + (SlotBytes - 1)) / SlotBytes * SlotBytes;
        }
        return ((ulong)SlotBytes * SegmentSlots) - (ulong)minAlign;
    }
}
