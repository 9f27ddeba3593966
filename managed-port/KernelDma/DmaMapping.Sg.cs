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
        return Math.Max(_direct.MapSg(dev, list, dir, attrs), 0);
    }

    /// <summary>Unmaps a scatterlist.</summary>
    [Ports("kernel/dma/mapping.c", "dma_unmap_sg_attrs", "6.1", "6.12", "7.3")]
    public void UnmapSgAttrs(
        Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        RequireDirection(dir, "dma_unmap_sg_attrs");
        _direct.UnmapSg(dev, list, dir, attrs);
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
        _direct.SyncSgForCpu(dev, list, dir);
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
        _direct.SyncSgForDevice(dev, list, dir);
    }

    /// <summary>Maps registers of another device.</summary>
    /// <returns>DMA address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/mapping.c", "dma_map_resource", "6.1", "6.12", "7.3")]
    public ulong MapResource(Device dev, ulong phys, ulong size, AbiDirection dir)
    {
        RequireDirection(dir, _mapsByPhys ? "dma_map_phys" : "dma_map_resource");
        return _direct.MapResource(dev, phys, size);
    }

    /// <summary>Unmaps them, which takes nothing without an IOMMU.</summary>
    [Ports("kernel/dma/mapping.c", "dma_unmap_resource", "6.1", "6.12", "7.3")]
    public void UnmapResource(AbiDirection dir) =>
        RequireDirection(dir, _mapsByPhys ? "dma_unmap_phys" : "dma_unmap_resource");

    /// <summary>
    /// Allocates memory that CPU and device see alike: from the device's own, if it has any,
    /// and then from nowhere else.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="attrs">Attributes.</param>
    /// <param name="isCookie">Whether the CPU has no address for it.</param>
    /// <returns>Physical address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/mapping.c", "dma_alloc_attrs", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/coherent.c", "dma_alloc_from_dev_coherent", "6.1", "6.12", "7.3")]
    public ulong AllocAttrs(Device dev, ulong size, AbiAttr attrs, out bool isCookie)
    {
        isCookie = false;
        return dev.Coherent is { } own
            ? own.Alloc(size)
            : _direct.Alloc(dev, size, attrs, out isCookie);
    }

    /// <summary>Frees it. A cookie is never taken for the device's own memory.</summary>
    [Ports("kernel/dma/mapping.c", "dma_free_attrs", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/coherent.c", "dma_release_from_dev_coherent", "6.1", "6.12", "7.3")]
    public void FreeAttrs(Device dev, ulong size, ulong address, bool isCookie, AbiAttr attrs)
    {
        if (isCookie || dev.Coherent?.Free(address, size) != true)
        {
            _direct.Free(dev, size, address, attrs);
        }
    }

    /// <summary>The size up to which mappings are cheap, in bytes: any, without an IOMMU.
    /// </summary>
    [Ports("kernel/dma/mapping.c", "dma_opt_mapping_size", "6.1", "6.12", "7.3")]
    public ulong OptMappingSize(Device dev) => MaxMappingSize(dev);

    /// <summary>The mask that reaches all of RAM.</summary>
    [Ports("kernel/dma/mapping.c", "dma_get_required_mask", "6.1", "6.12", "7.3")]
    public ulong GetRequiredMask() => _direct.GetRequiredMask();

    /// <summary>Whether a device cannot reach all of RAM.</summary>
    public bool IsAddressingLimited(Device dev) => _direct.IsAddressingLimited(dev);

    /// <summary>Whether syncing an address has anything to do.</summary>
    [Ports("kernel/dma/mapping.c", "dma_need_sync", "6.1")]
    [Ports("include/linux/dma-mapping.h", "dma_need_sync", "6.12", "7.3")]
    [Ports("kernel/dma/mapping.c", "__dma_need_sync", "6.12", "7.3")]
    public bool NeedSync(Device dev, ulong addr) =>
        !dev.DmaSkipSync && _direct.NeedSync(dev, addr);
}
