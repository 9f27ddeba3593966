// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Iommu;

/// <summary>What a domain is for, IOMMU_DOMAIN_.</summary>
public enum IommuDomainType
{
    /// <summary>Nobody said.</summary>
    None,

    /// <summary>Addresses go through as they are.</summary>
    Identity,

    /// <summary>The DMA API's; the IOTLB is flushed by every unmap.</summary>
    Dma,

    /// <summary>The DMA API's; unmapped IOVAs wait in a flush queue.</summary>
    DmaFlushQueue,
}
