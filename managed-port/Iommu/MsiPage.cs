// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Iommu;

/// <summary>struct iommu_dma_msi_page: a granule that receives messages.</summary>
/// <param name="Phys">Its physical address.</param>
/// <param name="Iova">Where the domain's devices find it.</param>
public readonly record struct MsiPage(ulong Phys, ulong Iova);
