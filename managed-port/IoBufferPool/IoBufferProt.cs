// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <summary>What a mapping's pages are mapped for. Buffers are alike only if all of it is.
/// </summary>
/// <param name="Access">IOMMU_READ and IOMMU_WRITE.</param>
/// <param name="IsCoherent">IOMMU_CACHE: the device's accesses go through the caches.</param>
public readonly record struct IoBufferProt(IommuAccess Access, bool IsCoherent);
