// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Machine;
using Dmadiff.ManagedPort.Xen;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// kernel/dma/mapping.c: the DMA API that drivers call. It goes to dma-iommu for devices whose
/// IOMMU translates, to swiotlb-xen for those of a guest of Xen, else to dma-direct: there are
/// no other DMA ops.
/// </summary>
public sealed partial class DmaMapping
{
    private readonly DmaDirect _direct;
    private readonly DmaIommu _iommu;
    private readonly SwiotlbXen _xen;
    private readonly Log _log;
    private readonly bool _skipsNeedlessSyncs;
    private readonly bool _mapsByPhys;

    /// <summary>Creates it over dma-direct, dma-iommu and swiotlb-xen.</summary>
    public DmaMapping(
        DmaDirect direct, DmaIommu iommu, SwiotlbXen xen, SwiotlbProfile profile, Log log)
    {
        _direct = direct;
        _iommu = iommu;
        _xen = xen;
        _log = log;
        _skipsNeedlessSyncs = profile.SkipsNeedlessSyncs;
        _mapsByPhys = profile.MapsByPhysicalAddress;
    }

    /// <summary>Whether there is dma_map_phys(), which does the same as for pages.</summary>
    public bool HasMapPhys => _mapsByPhys;

    /// <summary>Maps part of a page, or of several in a row.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="phys">Physical address: the page's and the offset in it.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="dir">Direction.</param>
    /// <param name="attrs">Attributes.</param>
    /// <returns>DMA address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/mapping.c", "dma_map_page_attrs", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "dma_map_phys", "7.3")]
    public ulong MapPageAttrs(
        Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        RequireDirection(dir, _mapsByPhys ? "dma_map_phys" : "dma_map_page_attrs");
        return dev.UsesDmaIommu ? _iommu.MapPage(dev, phys, size, dir, attrs)
            : dev.UsesSwiotlbXen ? _xen.MapPage(dev, phys, size, dir, attrs)
            : _direct.MapPage(dev, phys, size, dir, attrs);
    }

    /// <summary>Unmaps what was mapped.</summary>
    [Ports("kernel/dma/mapping.c", "dma_unmap_page_attrs", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "dma_unmap_phys", "7.3")]
    public void UnmapPageAttrs(
        Device dev, ulong addr, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        RequireDirection(dir, _mapsByPhys ? "dma_unmap_phys" : "dma_unmap_page_attrs");
        if (dev.UsesDmaIommu)
        {
            _iommu.UnmapPage(dev, addr, size, dir, attrs);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.UnmapPage(dev, addr, size, dir, attrs);
        }
        else
        {
            _direct.UnmapPage(dev, addr, size, dir, attrs);
        }
    }

    /// <summary>Hands a mapping, or part of it, to the CPU.</summary>
    [Ports("kernel/dma/mapping.c", "dma_sync_single_for_cpu", "6.1")]
    [Ports("include/linux/dma-mapping.h", "dma_sync_single_for_cpu", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_sync_single_for_cpu", "6.12", "7.3")]
    public void SyncSingleForCpu(Device dev, ulong addr, ulong size, AbiDirection dir)
    {
        if (dev.DmaSkipSync)
        {
            return;
        }
        RequireDirection(
            dir,
            _skipsNeedlessSyncs ? "__dma_sync_single_for_cpu" : "dma_sync_single_for_cpu");
        if (dev.UsesDmaIommu)
        {
            _iommu.SyncSingleForCpu(dev, addr, size, dir);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.SyncSingleForCpu(dev, addr, size, dir);
        }
        else
        {
            _direct.SyncSingleForCpu(dev, addr, size, dir);
        }
    }

    /// <summary>Hands a mapping, or part of it, to the device.</summary>
    [Ports("kernel/dma/mapping.c", "dma_sync_single_for_device", "6.1")]
    [Ports("include/linux/dma-mapping.h", "dma_sync_single_for_device", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_sync_single_for_device", "6.12", "7.3")]
    public void SyncSingleForDevice(Device dev, ulong addr, ulong size, AbiDirection dir)
    {
        if (dev.DmaSkipSync)
        {
            return;
        }
        RequireDirection(
            dir,
            _skipsNeedlessSyncs
                ? "__dma_sync_single_for_device"
                : "dma_sync_single_for_device");
        if (dev.UsesDmaIommu)
        {
            _iommu.SyncSingleForDevice(dev, addr, size, dir);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.SyncSingleForDevice(dev, addr, size, dir);
        }
        else
        {
            _direct.SyncSingleForDevice(dev, addr, size, dir);
        }
    }

    /// <summary>The longest mapping that can be made, in bytes.</summary>
    [Ports("kernel/dma/mapping.c", "dma_max_mapping_size", "6.1", "6.12", "7.3")]
    public ulong MaxMappingSize(Device dev) =>
        dev.UsesDmaIommu ? DmaIommu.MaxMappingSize(dev)
        : dev.UsesSwiotlbXen ? Swiotlb.MaxMappingSize(dev)
        : _direct.MaxMappingSize(dev);

    /// <summary>
    /// Says how far a device reaches. Where the revision skips needless syncs, that starts
    /// here: a coherent device needs none until it bounces.
    /// </summary>
    /// <returns>0, or -EIO for a mask the machine cannot serve.</returns>
    [Ports("kernel/dma/mapping.c", "dma_set_mask", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "dma_setup_need_sync", "6.12", "7.3")]
    public int SetMask(Device dev, ulong mask)
    {
        if (!IsSupported(dev, mask))
        {
            return Errno.InputOutput;
        }
        dev.DmaMask = mask;
        if (_skipsNeedlessSyncs)
        {
            dev.DmaSkipSync = dev.IsCoherent && !dev.UsesSwiotlbXen;
        }
        return 0;
    }

    /// <summary>Says how far a device reaches for coherent memory.</summary>
    /// <returns>0, or -EIO for a mask the machine cannot serve.</returns>
    [Ports("kernel/dma/mapping.c", "dma_set_coherent_mask", "6.1", "6.12", "7.3")]
    public int SetCoherentMask(Device dev, ulong mask)
    {
        if (!IsSupported(dev, mask))
        {
            return Errno.InputOutput;
        }
        dev.CoherentDmaMask = mask;
        return 0;
    }

    /// <summary>An IOMMU finds addresses for any mask.</summary>
    [Ports("kernel/dma/mapping.c", "dma_supported", "6.1", "6.12")]
    private bool IsSupported(Device dev, ulong mask) =>
        dev.UsesDmaIommu
        || (dev.UsesSwiotlbXen ? _xen.IsSupported(mask) : _direct.IsSupported(dev, mask));

    private void RequireDirection(AbiDirection dir, string function)
    {
        if (dir > AbiDirection.FromDevice)
        {
            _log.Bug(function);
        }
    }
}
