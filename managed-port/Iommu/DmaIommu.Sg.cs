// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>
/// Scatterlists: one range of IOVAs for all entries, one behind the other, so that the device
/// sees fewer and longer segments than there are entries.
/// </content>
public sealed partial class DmaIommu
{
    /// <summary>Maps a list. A list that may have to bounce is mapped entry by entry.
    /// </summary>
    /// <returns>Segments, which are in the first entries; or a negative errno.</returns>
    [Ports(File, "iommu_dma_map_sg", "6.1", "6.12", "7.3")]
    [Ports(File, "dev_use_sg_swiotlb", "6.12", "7.3")]
    public int MapSg(Device dev, Span<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        AttachLate(dev);
        int buffered = BouncePoolOf(dev)?.MapSg(dev, list, ProtOf(dev, dir), attrs) ?? 0;
        if (buffered == 0 && IsUntrusted(dev))
        {
            return MapSgBounced(dev, list, dir, attrs);
        }
        if ((attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            SyncSgForDevice(dev, list, dir);
        }
        if (buffered != 0)
        {
            return buffered;
        }
        int error = MapLaidOut(dev, list, dir, out ulong iova);
        if (error != 0)
        {
            Restore(list);
            return error == Errno.NoMemory ? error : Errno.Invalid;
        }
        return Finalise(dev, list, iova);
    }

    /// <summary>Unmaps a list: its segments are one range of IOVAs.</summary>
    [Ports(File, "iommu_dma_unmap_sg", "6.1", "6.12", "7.3")]
    public void UnmapSg(
        Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        if (IsBounced(dev, list))
        {
            if (!TryUnmapUntrustedList(dev, list, dir, attrs))
            {
                UnmapSgBounced(dev, list, dir, attrs);
            }
            return;
        }
        if ((attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            SyncSgForCpu(dev, list, dir);
        }
        ulong end = 0;
        foreach (ref readonly ScatterEntry sg in list)
        {
            if (sg.DmaLength == 0)
            {
                break;
            }
            end = sg.DmaAddress + sg.DmaLength;
        }
        if (end != 0 && BouncePoolOf(dev)?.UnmapBuffer(list[0].DmaAddress) != true)
        {
            UnmapRange(dev, list[0].DmaAddress, end - list[0].DmaAddress);
        }
    }

    /// <summary>Hands a list to the CPU.</summary>
    [Ports(File, "iommu_dma_sync_sg_for_cpu", "6.1", "6.12", "7.3")]
    public void SyncSgForCpu(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        if (BouncePoolOf(dev)?.SyncSg(list, dir, forCpu: true) == true)
        {
            return;
        }
        bool bounced = IsBounced(dev, list);
        foreach (ref readonly ScatterEntry sg in list)
        {
            if (bounced)
            {
                SyncSingleForCpu(dev, sg.DmaAddress, sg.Length, dir);
            }
            else if (!dev.IsCoherent)
            {
                _machine.Caches.SyncForCpu(sg.Phys, sg.Length, dir);
            }
        }
    }

    /// <summary>Hands a list to the device.</summary>
    [Ports(File, "iommu_dma_sync_sg_for_device", "6.1", "6.12", "7.3")]
    public void SyncSgForDevice(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        if (BouncePoolOf(dev)?.SyncSg(list, dir, forCpu: false) == true)
        {
            return;
        }
        bool bounced = IsBounced(dev, list);
        foreach (ref readonly ScatterEntry sg in list)
        {
            if (bounced)
            {
                SyncSingleForDevice(dev, sg.DmaAddress, sg.Length, dir);
            }
            else if (!dev.IsCoherent)
            {
                _machine.Caches.SyncForDevice(sg.Phys, sg.Length);
            }
        }
    }

    private bool IsBounced(Device dev, ReadOnlySpan<ScatterEntry> list) =>
        _profile.MarksBouncedLists ? list[0].IsBounced : IsUntrusted(dev);

    [Ports(File, "iommu_dma_map_sg_swiotlb", "6.1", "6.12", "7.3")]
    private int MapSgBounced(
        Device dev, Span<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        list[0].IsBounced = true;
        for (int i = 0; i < list.Length; i++)
        {
            ref ScatterEntry sg = ref list[i];
            sg.DmaAddress = MapInPlace(
                dev, sg.Phys, sg.Length, dir, attrs, EntryAccessOf(dev, dir));
            if (sg.DmaAddress == Swiotlb.MappingError)
            {
                UnmapSgBounced(dev, list[..i], dir, attrs | AbiAttr.SkipCpuSync);
                return Errno.InputOutput;
            }
            sg.DmaLength = sg.Length;
        }
        return list.Length;
    }

    [Ports(File, "iommu_dma_unmap_sg_swiotlb", "6.1", "6.12", "7.3")]
    private void UnmapSgBounced(
        Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        foreach (ref readonly ScatterEntry sg in list)
        {
            UnmapInPlace(dev, sg.DmaAddress, sg.DmaLength, dir, attrs);
        }
    }

    private int MapLaidOut(
        Device dev, Span<ScatterEntry> list, AbiDirection dir, out ulong iova)
    {
        iova = 0;
        IommuDomain domain = DomainOf(dev);
        int error = LayOut(dev, domain.Cookie!.Iovas, list, out ulong size);
        if (error != 0 || size == 0)
        {
            return error;
        }
        iova = AllocIova(dev, size, dev.GetDmaMask());
        if (iova == 0)
        {
            return Errno.NoMemory;
        }
        error = _core.MapSg(domain, iova, list, AccessOf(dir), out ulong mapped);
        if (error != 0 || mapped < size)
        {
            FreeIova(domain, iova, size, queued: false);
            return error != 0 ? error : Errno.Invalid;
        }
        return 0;
    }

    /// <summary>
    /// Rounds each entry out to whole granules, so that one can be mapped behind the other; its
    /// DMA fields hold meanwhile what it was like. An entry that would cross a segment boundary
    /// starts at it: the one before is lengthened.
    /// </summary>
    /// <remarks>Boundaries are counted from the range's start. The range is aligned to its
    /// size, so that it starts at one, or is too short to cross any.</remarks>
    private int LayOut(Device dev, IovaDomain iovas, Span<ScatterEntry> list, out ulong size)
    {
        ulong mask = dev.GetSegBoundary();
        size = 0;
        for (int i = 0; i < list.Length; i++)
        {
            ref ScatterEntry sg = ref list[i];
            ulong offset = sg.Phys & iovas.OffsetMask;
            ulong padding = (mask - size + 1) & mask;
            ulong length = iovas.Align(sg.Length + offset);
            sg.DmaAddress = offset;
            sg.DmaLength = sg.Length;
            sg.Phys -= offset;
            if (_profile.ChecksListLengths && length > uint.MaxValue)
            {
                return Errno.Overflow;
            }
            sg.Length = (uint)length;
            if (padding != 0 && padding < length - 1)
            {
                ref ScatterEntry previous = ref list[i - 1];
                ulong lengthened = previous.Length + padding;
                if (_profile.ChecksListLengths && lengthened > uint.MaxValue)
                {
                    return Errno.Overflow;
                }
                previous.Length = (uint)lengthened;
                size += padding;
            }
            size += length;
        }
        return 0;
    }

    /// <summary>
    /// Gives the entries back what they were like, and puts the segments into the first of
    /// them. An entry continues the segment before it if that ends with a granule, and the
    /// device takes segments that long.
    /// </summary>
    /// <returns>Segments.</returns>
    [Ports(File, "__finalise_sg", "6.1", "6.12", "7.3")]
    private static int Finalise(Device dev, Span<ScatterEntry> list, ulong iova)
    {
        ulong mask = dev.GetSegBoundary();
        uint longest = dev.GetMaxSegmentBytes();
        int segments = 0;
        uint current = 0;
        for (int i = 0; i < list.Length; i++)
        {
            ref ScatterEntry sg = ref list[i];
            uint offset = (uint)sg.DmaAddress;
            uint length = sg.DmaLength;
            uint padded = sg.Length;
            sg.DmaAddress = Swiotlb.MappingError;
            sg.DmaLength = 0;
            sg.Phys += offset;
            sg.Length = length;
            bool continues = current != 0 && offset == 0 && (iova & mask) != 0
                && longest - current >= length;
            if (continues)
            {
                current += length;
            }
            else
            {
                segments++;
                current = length;
                list[segments - 1].DmaAddress = iova + offset;
            }
            list[segments - 1].DmaLength = current;
            iova += padded;
            if (length + offset < padded)
            {
                current = 0;
            }
        }
        return segments;
    }

    /// <summary>Gives the entries back what they were like after a failure.</summary>
    [Ports(File, "__invalidate_sg", "6.1", "6.12", "7.3")]
    private static void Restore(Span<ScatterEntry> list)
    {
        foreach (ref ScatterEntry sg in list)
        {
            if (sg.DmaAddress != Swiotlb.MappingError)
            {
                sg.Phys += sg.DmaAddress;
            }
            if (sg.DmaLength != 0)
            {
                sg.Length = sg.DmaLength;
            }
            sg.DmaAddress = Swiotlb.MappingError;
            sg.DmaLength = 0;
        }
    }
}
