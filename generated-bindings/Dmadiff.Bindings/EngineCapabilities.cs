// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>
/// What a trace may ask for and not every engine has: the port of a part may not be written
/// yet, and a revision may not build with it.
/// </summary>
[Flags]
public enum EngineCapabilities
{
    /// <summary>What every engine has.</summary>
    None = 0,

    /// <summary>Devices behind an IOMMU.</summary>
    Iommu = 1,

    /// <summary>A default pool that grows.</summary>
    DynamicPools = 2,

    /// <summary>A machine that is a guest of Xen.</summary>
    Xen = 8,

    /// <summary>A kernel that watches how drivers use the DMA API.</summary>
    DmaDebug = 16,

    /// <summary>Blocking allocations behind an IOMMU, of pages that are mapped together, and
    /// lists below the DMA API.</summary>
    MappedPages = 32,
}
