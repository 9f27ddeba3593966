// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.IoBufferPool;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>
/// Bounce buffers that stay mapped, which were proposed for it: a domain's pool is asked before
/// anything else is done.
/// </content>
public sealed partial class DmaIommu
{
    private const string Series = "stevens-v1";

    /// <summary>What the boot line says of the pools.</summary>
    public IoBufferParameters IoBuffers { get; } = new();

    [PortsSeries(Series, File, "iommu_dma_init_domain")]
    private int InitBounceBuffers(Device dev)
    {
        if (!_profile.HasIoBufferPool)
        {
            return 0;
        }
        int error = BufferPool.Create(
            _machine, _core, this, _profile, dev, out BufferPool? pool);
        DomainOf(dev).Cookie!.BounceBuffers = pool;
        return _profile.IoBuffersAreMended ? 0 : error;
    }

    [PortsSeries(Series, File, "dev_to_io_buffer_pool")]
    private static BufferPool? BouncePoolOf(Device dev) => DomainOf(dev).Cookie!.BounceBuffers;

    /// <summary>
    /// Takes a buffer for a mapping. In the series nothing attaches a device that another
    /// kernel left behind before it gets one: that is further down, where ranges are mapped.
    /// </summary>
    [PortsSeries(Series, File, "iommu_dma_map_page")]
    private bool TryMapInBuffer(
        BufferPool pool, Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs,
        out ulong iova)
    {
        if (_profile.IoBuffersAreMended)
        {
            AttachLate(dev);
        }
        iova = pool.MapPage(dev, phys, size, ProtOf(dev, dir), attrs);
        if (iova == Swiotlb.MappingError)
        {
            return false;
        }
        if ((attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            SyncSingleForDevice(dev, iova, size, dir);
        }
        return true;
    }

    [PortsSeries(Series, File, "iommu_dma_unmap_page")]
    private static bool TryUnmapBuffer(
        BufferPool pool, ulong iova, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        if ((attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            pool.SyncSingle(iova, size, dir, forCpu: true);
        }
        return pool.UnmapBuffer(iova);
    }

    /// <summary>
    /// The list of a device that is not trusted is unmapped entry by entry. The series leaves
    /// it so for one that is in a buffer, too: it is copied, and then what the buffer is mapped
    /// at is unmapped and given back as if it were the list's own.
    /// </summary>
    /// <returns>Whether that is all there was to do.</returns>
    [PortsSeries(Series, File, "iommu_dma_unmap_sg")]
    private bool TryUnmapUntrustedList(
        Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        if (BouncePoolOf(dev) is not { } pool)
        {
            return false;
        }
        if ((attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            pool.SyncSg(list, dir, forCpu: true);
        }
        return _profile.IoBuffersAreMended && pool.UnmapBuffer(list[0].DmaAddress);
    }

    /// <summary>What an entry is mapped for that may bounce. The series gives whether the
    /// device is coherent for it, which as rights is to read, or nothing.</summary>
    [PortsSeries(Series, File, "iommu_dma_map_sg_swiotlb")]
    private IommuAccess EntryAccessOf(Device dev, AbiDirection dir) =>
        !_profile.TakesCoherenceForRights ? AccessOf(dir)
        : dev.IsCoherent ? IommuAccess.Read
        : IommuAccess.None;

    private static IoBufferProt ProtOf(Device dev, AbiDirection dir) =>
        new(AccessOf(dir), dev.IsCoherent);
}
