// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>Mapping and syncing one range.</content>
public sealed partial class DmaIommu
{
    private OnceFlag _warnedOfAlignment;
    private OnceFlag _warnedOfInactivePool;

    /// <summary>Maps a range, in a bounce buffer of its domain if it has any.</summary>
    /// <returns>IOVA, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "iommu_dma_map_page", "6.1", "6.12")]
    [Ports(File, "iommu_dma_map_phys", "7.3")]
    public ulong MapPage(Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs) =>
        BouncePoolOf(dev) is { } pool
            && TryMapInBuffer(pool, dev, phys, size, dir, attrs, out ulong iova)
            ? iova
            : MapInPlace(dev, phys, size, dir, attrs, AccessOf(dir));

    /// <summary>
    /// Maps a range. The IOMMU maps whole granules: a device that is not trusted would see
    /// what else is in them, so what does not fill its granules is bounced.
    /// </summary>
    /// <returns>IOVA, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "iommu_dma_map_page", "6.1", "6.12")]
    [Ports(File, "iommu_dma_map_phys", "7.3")]
    [Ports(File, "dev_use_swiotlb", "6.1", "6.12", "7.3")]
    [PortsSeries(Series, File, "__iommu_dma_map_swiotlb")]
    private ulong MapInPlace(
        Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs, IommuAccess access)
    {
        if (IsUntrusted(dev) && ((phys | size) & IovasOf(dev).OffsetMask) != 0)
        {
            phys = BounceWhole(dev, phys, size, dir, attrs);
            if (phys == Swiotlb.MappingError)
            {
                return Swiotlb.MappingError;
            }
        }
        if (!dev.IsCoherent && (attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            _machine.Caches.SyncForDevice(phys, size);
        }
        ulong iova = MapRange(dev, phys, size, access, dev.GetDmaMask());
        if (iova == Swiotlb.MappingError)
        {
            Unbounce(dev, phys, size, dir, attrs);
        }
        return iova;
    }

    /// <summary>Unmaps a range, or gives its buffer back.</summary>
    [Ports(File, "iommu_dma_unmap_page", "6.1", "6.12")]
    [Ports(File, "iommu_dma_unmap_phys", "7.3")]
    public void UnmapPage(Device dev, ulong iova, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        if (BouncePoolOf(dev) is not { } pool
            || !TryUnmapBuffer(pool, iova, size, dir, attrs))
        {
            UnmapInPlace(dev, iova, size, dir, attrs);
        }
    }

    /// <summary>Unmaps a range, and gives its slots back if it was bounced.</summary>
    [Ports(File, "iommu_dma_unmap_page", "6.1", "6.12")]
    [Ports(File, "iommu_dma_unmap_phys", "7.3")]
    [PortsSeries(Series, File, "__iommu_dma_unmap_swiotlb")]
    private void UnmapInPlace(
        Device dev, ulong iova, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        ulong phys = IommuCore.IovaToPhys(DomainOf(dev), iova);
        if (phys == 0)
        {
            _log.Warn(
                _profile.MapsByPhysicalAddress ? "iommu_dma_unmap_phys"
                : _profile.SplitsBouncing ? "__iommu_dma_unmap_swiotlb"
                : "iommu_dma_unmap_page");
            return;
        }
        if (!dev.IsCoherent && (attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            _machine.Caches.SyncForCpu(phys, size, dir);
        }
        UnmapRange(dev, iova, size);
        Unbounce(dev, phys, size, dir, attrs);
    }

    /// <summary>Hands a mapping, or part of it, to the CPU.</summary>
    [Ports(File, "iommu_dma_sync_single_for_cpu", "6.1", "6.12", "7.3")]
    public void SyncSingleForCpu(Device dev, ulong iova, ulong size, AbiDirection dir)
    {
        if (BouncePoolOf(dev)?.SyncSingle(iova, size, dir, forCpu: true) == true)
        {
            return;
        }
        if (dev.IsCoherent && !IsUntrusted(dev))
        {
            return;
        }
        ulong phys = IommuCore.IovaToPhys(DomainOf(dev), iova);
        if (!dev.IsCoherent)
        {
            _machine.Caches.SyncForCpu(phys, size, dir);
        }
        if (_swiotlb.IsBuffer(dev, phys))
        {
            _swiotlb.SyncSingleForCpu(dev, phys, size, dir);
        }
    }

    /// <summary>Hands a mapping, or part of it, to the device.</summary>
    [Ports(File, "iommu_dma_sync_single_for_device", "6.1", "6.12", "7.3")]
    public void SyncSingleForDevice(Device dev, ulong iova, ulong size, AbiDirection dir)
    {
        if (BouncePoolOf(dev)?.SyncSingle(iova, size, dir, forCpu: false) == true)
        {
            return;
        }
        if (dev.IsCoherent && !IsUntrusted(dev))
        {
            return;
        }
        ulong phys = IommuCore.IovaToPhys(DomainOf(dev), iova);
        if (_swiotlb.IsBuffer(dev, phys))
        {
            _swiotlb.SyncSingleForDevice(dev, phys, size, dir);
        }
        if (!dev.IsCoherent)
        {
            _machine.Caches.SyncForDevice(phys, size);
        }
    }

    /// <summary>Maps registers of another device.</summary>
    /// <returns>IOVA, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "iommu_dma_map_resource", "6.1", "6.12")]
    public ulong MapResource(Device dev, ulong phys, ulong size, AbiDirection dir) =>
        MapRange(dev, phys, size, AccessOf(dir), dev.GetDmaMask());

    /// <summary>Unmaps them.</summary>
    [Ports(File, "iommu_dma_unmap_resource", "6.1", "6.12")]
    public void UnmapResource(Device dev, ulong iova, ulong size) =>
        UnmapRange(dev, iova, size);

    private void AttachLate(Device dev)
    {
        if (_attachesLate)
        {
            IommuCore.AttachDeferred(dev.Iommu!);
        }
    }

    /// <summary>Takes IOVAs for the granules that hold a range, and maps them.</summary>
    /// <returns>IOVA of the range, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "__iommu_dma_map", "6.1", "6.12", "7.3")]
    private ulong MapRange(Device dev, ulong phys, ulong size, IommuAccess access, ulong limit)
    {
        IommuDomain domain = DomainOf(dev);
        IovaDomain iovas = domain.Cookie!.Iovas;
        ulong offset = phys & iovas.OffsetMask;
        AttachLate(dev);
        if (_profile.ChecksAlignmentMask && dev.MinAlignMask > iovas.OffsetMask)
        {
            if (_warnedOfAlignment.First())
            {
                _log.Warn("__iommu_dma_map", dev.Prefix + "Unsupported alignment constraint");
            }
            return Swiotlb.MappingError;
        }
        size = iovas.Align(size + offset);
        ulong iova = AllocIova(dev, size, limit);
        if (iova == 0)
        {
            return Swiotlb.MappingError;
        }
        if (_core.Map(domain, iova, phys - offset, size, access) != 0)
        {
            FreeIova(domain, iova, size, queued: false);
            return Swiotlb.MappingError;
        }
        return iova + offset;
    }

    /// <summary>Unmaps the granules that hold a range. Their IOVAs are free once they are
    /// flushed: now, or when the queue's turn comes.</summary>
    [Ports(File, "__iommu_dma_unmap", "6.1", "6.12", "7.3")]
    private void UnmapRange(Device dev, ulong iova, ulong size)
    {
        IommuDomain domain = DomainOf(dev);
        IovaDomain iovas = domain.Cookie!.Iovas;
        ulong offset = iova & iovas.OffsetMask;
        iova -= offset;
        size = iovas.Align(size + offset);
        bool queued = domain.Cookie.IsQueued;
        var gather = new IotlbGather { Queued = queued };
        if (_core.UnmapFast(domain, iova, size, ref gather) != size)
        {
            _log.Warn("__iommu_dma_unmap");
        }
        if (!queued)
        {
            _core.SyncIotlb(domain, ref gather);
        }
        FreeIova(domain, iova, size, queued);
    }

    /// <summary>Bounces a range so that its granules hold nothing else.</summary>
    /// <returns>Physical address in the pool, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "iommu_dma_map_swiotlb", "7.3")]
    private ulong BounceWhole(
        Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        IovaDomain iovas = IovasOf(dev);
        if (!Swiotlb.IsActive(dev))
        {
            if (_warnedOfInactivePool.First())
            {
                _log.Warning(
                    dev.Prefix + "DMA bounce buffers are inactive, unable to map unaligned "
                    + "transaction.");
            }
            return Swiotlb.MappingError;
        }
        ulong whole = iovas.Align(size);
        ulong bounced = _swiotlb.TblMapSingle(
            dev, phys, size, whole, (uint)iovas.OffsetMask, attrs);
        if (bounced == Swiotlb.MappingError)
        {
            return bounced;
        }
        if (_profile.PadsToGranule)
        {
            ulong start = bounced & ~iovas.OffsetMask;
            Clear(start, bounced);
            Clear(bounced + size, iovas.Align(bounced + size));
        }
        else
        {
            bool keeps = dir != AbiDirection.FromDevice
                && (attrs & AbiAttr.SkipCpuSync) == AbiAttr.None;
            Clear(keeps ? bounced + size : bounced, bounced + whole);
        }
        return bounced;
    }

    private void Clear(ulong start, ulong end) =>
        _machine.Memory.Zero(start, end - start, "memset");

    private void Unbounce(Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        if (_swiotlb.IsBuffer(dev, phys))
        {
            _swiotlb.TblUnmapSingle(dev, phys, size, dir, attrs);
        }
    }
}
