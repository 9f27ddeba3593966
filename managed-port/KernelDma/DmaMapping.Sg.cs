// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Scatterlists, resources, coherent memory, and questions about a device.</content>
public sealed partial class DmaMapping
{
    /// <summary>Maps a scatterlist.</summary>
    /// <returns>Segments; 0 for any error.</returns>
    [Ports("kernel/dma/mapping.c", "dma_map_sg_attrs", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_map_sg_attrs", "6.1", "6.12", "7.3")]
    public int MapSgAttrs(
        Device dev, Span<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        RequireDirection(dir, "__dma_map_sg_attrs");
        int segments = dev.UsesDmaIommu ? _iommu.MapSg(dev, list, dir, attrs)
            : dev.UsesSwiotlbXen ? _xen.MapSg(dev, list, dir, attrs)
            : _direct.MapSg(dev, list, dir, attrs);
        return Math.Max(segments, 0);
    }

    /// <summary>Unmaps a scatterlist.</summary>
    [Ports("kernel/dma/mapping.c", "dma_unmap_sg_attrs", "6.1", "6.12", "7.3")]
    public void UnmapSgAttrs(
        Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        RequireDirection(dir, "dma_unmap_sg_attrs");
        if (dev.UsesDmaIommu)
        {
            _iommu.UnmapSg(dev, list, dir, attrs);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.UnmapSg(dev, list, dir, attrs);
        }
        else
        {
            _direct.UnmapSg(dev, list, dir, attrs);
        }
    }

    /// <summary>Hands a scatterlist to the CPU.</summary>
    [Ports("kernel/dma/mapping.c", "dma_sync_sg_for_cpu", "6.1")]
    [Ports("include/linux/dma-mapping.h", "dma_sync_sg_for_cpu", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_sync_sg_for_cpu", "6.12", "7.3")]
    public void SyncSgForCpu(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        if (dev.DmaSkipSync)
        {
            return;
        }
        RequireDirection(
            dir, _skipsNeedlessSyncs ? "__dma_sync_sg_for_cpu" : "dma_sync_sg_for_cpu");
        if (dev.UsesDmaIommu)
        {
            _iommu.SyncSgForCpu(dev, list, dir);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.SyncSgForCpu(dev, list, dir);
        }
        else
        {
            _direct.SyncSgForCpu(dev, list, dir);
        }
    }

    /// <summary>Hands a scatterlist to the device.</summary>
    [Ports("kernel/dma/mapping.c", "dma_sync_sg_for_device", "6.1")]
    [Ports("include/linux/dma-mapping.h", "dma_sync_sg_for_device", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_sync_sg_for_device", "6.12", "7.3")]
    public void SyncSgForDevice(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        if (dev.DmaSkipSync)
        {
            return;
        }
        RequireDirection(
            dir, _skipsNeedlessSyncs ? "__dma_sync_sg_for_device" : "dma_sync_sg_for_device");
        if (dev.UsesDmaIommu)
        {
            _iommu.SyncSgForDevice(dev, list, dir);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.SyncSgForDevice(dev, list, dir);
        }
        else
        {
            _direct.SyncSgForDevice(dev, list, dir);
        }
    }

    /// <summary>Maps registers of another device.</summary>
    /// <returns>DMA address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/mapping.c", "dma_map_resource", "6.1", "6.12", "7.3")]
    public ulong MapResource(Device dev, ulong phys, ulong size, AbiDirection dir)
    {
        RequireDirection(dir, _mapsByPhys ? "dma_map_phys" : "dma_map_resource");
        return dev.UsesDmaIommu ? _iommu.MapResource(dev, phys, size, dir)
            : dev.UsesSwiotlbXen ? _xen.MapResource(dev, phys, size)
            : _direct.MapResource(dev, phys, size);
    }

    /// <summary>Unmaps them, which takes nothing where it goes direct.</summary>
    [Ports("kernel/dma/mapping.c", "dma_unmap_resource", "6.1", "6.12", "7.3")]
    public void UnmapResource(
        Device dev, ulong addr, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        RequireDirection(dir, _mapsByPhys ? "dma_unmap_phys" : "dma_unmap_resource");
        if (dev.UsesDmaIommu)
        {
            _iommu.UnmapResource(dev, addr, size);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.UnmapResource(dev, addr, size, dir, attrs);
        }
    }

    /// <summary>
    /// Allocates memory that CPU and device see alike: from the device's own, if it has any,
    /// and then from nowhere else.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="maySleep">GFP_KERNEL; else GFP_ATOMIC.</param>
    /// <param name="attrs">Attributes.</param>
    /// <param name="phys">Physical address.</param>
    /// <param name="isCookie">Whether the CPU has no address for it.</param>
    /// <returns>DMA address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/mapping.c", "dma_alloc_attrs", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/coherent.c", "dma_alloc_from_dev_coherent", "6.1", "6.12", "7.3")]
    public ulong AllocAttrs(
        Device dev, ulong size, bool maySleep, AbiAttr attrs, out ulong phys, out bool isCookie)
    {
        isCookie = false;
        if (dev.Coherent is null && dev.UsesDmaIommu)
        {
            return _iommu.Alloc(dev, size, maySleep, attrs, out phys);
        }
        if (dev.Coherent is null && dev.UsesSwiotlbXen)
        {
            return _xen.Alloc(dev, size, out phys);
        }
        if (dev.Coherent is { } own)
        {
            return phys = own.Alloc(size);
        }
        phys = _direct.Alloc(dev, size, maySleep, attrs, out isCookie);
        return phys == Swiotlb.MappingError ? phys : dev.PhysToDma(phys);
    }

    /// <summary>Frees it. A cookie is never taken for the device's own memory.</summary>
    [Ports("kernel/dma/mapping.c", "dma_free_attrs", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/coherent.c", "dma_release_from_dev_coherent", "6.1", "6.12", "7.3")]
    public void FreeAttrs(
        Device dev, ulong size, ulong address, ulong phys, bool isCookie, AbiAttr attrs)
    {
        if (!isCookie && dev.Coherent?.Free(phys, size) == true)
        {
            return;
        }
        if (dev.UsesDmaIommu)
        {
            _iommu.Free(dev, size, address, phys);
        }
        else if (dev.UsesSwiotlbXen)
        {
            _xen.Free(dev, size, address, phys);
        }
        else
        {
            _direct.Free(dev, size, phys, attrs);
        }
    }

    /// <summary>A list of what coherent memory is made of.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="address">Its DMA address.</param>
    /// <param name="phys">Its physical address, as far as it is in one piece.</param>
    /// <param name="list">The list.</param>
    /// <returns>0, or -ENOMEM.</returns>
    [Ports("kernel/dma/mapping.c", "dma_get_sgtable_attrs", "6.1", "6.12", "7.3")]
    public int GetSgtable(
        Device dev, ulong size, ulong address, ulong phys, out ScatterEntry[] list) =>
        dev.UsesDmaIommu
            ? _iommu.GetSgtable(dev, address, size, phys, out list)
            : _direct.GetSgtable(size, address, out list);

    /// <summary>The size up to which mappings are cheap, in bytes: any, without an IOMMU.
    /// </summary>
    [Ports("kernel/dma/mapping.c", "dma_opt_mapping_size", "6.1", "6.12", "7.3")]
    public ulong OptMappingSize(Device dev) => dev.UsesDmaIommu
        ? Math.Min(MaxMappingSize(dev), _iommu.OptMappingSize())
        : MaxMappingSize(dev);

    /// <summary>The mask that reaches all of RAM, or 32 bits for those that do not say.</summary>
    [Ports("kernel/dma/mapping.c", "dma_get_required_mask", "6.1", "6.12", "7.3")]
    public ulong GetRequiredMask(Device dev) =>
        dev.GoesDirect ? _direct.GetRequiredMask(dev) : uint.MaxValue;

    /// <summary>Whether a device cannot reach all of RAM. A mask of 0 counts as 32 bits.
    /// Without an offset map all RAM is mapped, which 6.12 also asks.</summary>
    [Ports("include/linux/dma-mapping.h", "dma_addressing_limited", "6.1")]
    [Ports("kernel/dma/mapping.c", "dma_addressing_limited", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_addressing_limited", "6.12", "7.3")]
    public bool IsAddressingLimited(Device dev) => dev.GoesDirect
        ? _direct.IsAddressingLimited(dev)
        : DmaDirect.IsAddressingLimited(dev, GetRequiredMask(dev));

    /// <summary>Whether syncing an address has anything to do.</summary>
    [Ports("kernel/dma/mapping.c", "dma_need_sync", "6.1")]
    [Ports("include/linux/dma-mapping.h", "dma_need_sync", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_need_sync", "6.12", "7.3")]
    public bool NeedSync(Device dev, ulong addr) =>
        !dev.DmaSkipSync && (!dev.GoesDirect || _direct.NeedSync(dev, addr));
}
