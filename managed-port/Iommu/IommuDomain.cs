// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>struct iommu_domain: an address space, with the operations of its driver.
/// </summary>
public abstract class IommuDomain
{
    /// <summary>What it is for.</summary>
    public IommuDomainType Type { get; set; }

    /// <summary>pgsize_bitmap: bit n for pages of 2^n bytes.</summary>
    public ulong PageSizes { get; protected set; }

    /// <summary>iova_cookie: what the DMA API keeps of it, or null.</summary>
    public DmaCookie? Cookie { get; set; }

    /// <summary>Whether it has page tables: __IOMMU_DOMAIN_PAGING.</summary>
    public bool IsPaging => IsDma;

    /// <summary>iommu_is_dma_domain().</summary>
    public bool IsDma => Type is IommuDomainType.Dma or IommuDomainType.DmaFlushQueue;

    /// <summary>map_pages(): maps pages of one size in a row.</summary>
    /// <param name="iova">Of the first.</param>
    /// <param name="phys">Of the first.</param>
    /// <param name="pageBytes">Bytes of each.</param>
    /// <param name="count">How many.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="mapped">Grows by the bytes mapped, also when it fails.</param>
    /// <returns>0 or a negative errno.</returns>
    public abstract int MapPages(
        ulong iova, ulong phys, ulong pageBytes, ulong count, IommuAccess access,
        ref ulong mapped);

    /// <summary>unmap_pages().</summary>
    /// <returns>Bytes unmapped.</returns>
    public abstract ulong UnmapPages(
        ulong iova, ulong pageBytes, ulong count, ref IotlbGather gather);

    /// <summary>flush_iotlb_all().</summary>
    public abstract void FlushAll();

    /// <summary>iotlb_sync(): flushes what was gathered.</summary>
    public abstract void Sync(in IotlbGather gather);

    /// <summary>iotlb_sync_map(): a range was mapped.</summary>
    public abstract void SyncMap(ulong iova, ulong size);

    /// <summary>iova_to_phys().</summary>
    /// <returns>Physical address, or 0.</returns>
    public abstract ulong IovaToPhys(ulong iova);
}
