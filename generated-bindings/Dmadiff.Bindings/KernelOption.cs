// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>What of a kernel's Kconfig a machine may choose, one bit each.</summary>
[Flags]
public enum KernelOption : uint
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The default pool grows: SWIOTLB_DYNAMIC.</summary>
    SwiotlbDynamic = 1,

    /// <summary>Devices may have a pool of their own: DMA_RESTRICTED_POOL.</summary>
    RestrictedPool = 2,

    /// <summary>Some memory has no address until it is mapped: HIGHMEM.</summary>
    Highmem = 4,

    /// <summary>Scatterlists hold DMA lengths: NEED_SG_DMA_LENGTH.</summary>
    SgDmaLength = 8,

    /// <summary>There is a debugfs: DEBUG_FS.</summary>
    DebugFs = 16,

    /// <summary>Memory is encrypted unless it is shared: ARCH_HAS_MEM_ENCRYPT.</summary>
    MemoryEncryption = 32,

    /// <summary>There is a PCI bus: PCI.</summary>
    Pci = 64,

    /// <summary>The device tree reserves memory: OF_RESERVED_MEM.</summary>
    OfReservedMem = 128,

    /// <summary>Devices may bypass the caches: ARCH_HAS_SYNC_DMA_FOR_DEVICE and the like.
    /// </summary>
    NonCoherent = 256,

    /// <summary>Memory and devices belong to nodes: NUMA.</summary>
    Numa = 512,

    /// <summary>The machine is a guest of Xen: SWIOTLB_XEN.</summary>
    Xen = 1024,

    /// <summary>The kernel watches how drivers use the DMA API: DMA_API_DEBUG.</summary>
    DmaDebug = 2048,
}

/// <summary>How an option is called.</summary>
/// <param name="Option">The option.</param>
/// <param name="Key">On the machine line of a trace.</param>
/// <param name="Word">In the name of a configuration.</param>
/// <param name="OnByDefault">Whether it is on where nothing is said.</param>
/// <param name="Kconfig">What it switches, without CONFIG_.</param>
public sealed record KernelOptionName(
    KernelOption Option, string Key, string Word, bool OnByDefault, IReadOnlyList<string> Kconfig)
{
    /// <summary>All options, in the order of configurations' names.</summary>
    public static IReadOnlyList<KernelOptionName> All { get; } =
    [
        new(KernelOption.SwiotlbDynamic, "swiotlb_dynamic", "dynamic", false, ["SWIOTLB_DYNAMIC"]),
        new(KernelOption.Highmem, "highmem", "highmem", false, ["HIGHMEM", "KMAP_LOCAL"]),
        new(KernelOption.SgDmaLength, "sg_dma_length", "sglen", false, ["NEED_SG_DMA_LENGTH"]),
        new(
            KernelOption.MemoryEncryption, "mem_encrypt", "encrypt", false,
            ["ARCH_HAS_MEM_ENCRYPT", "ARCH_HAS_FORCE_DMA_UNENCRYPTED", "ARCH_HAS_CC_PLATFORM"]),
        new(
            KernelOption.NonCoherent, "noncoherent", "noncoherent", false,
            [
                "ARCH_HAS_SYNC_DMA_FOR_DEVICE", "ARCH_HAS_SYNC_DMA_FOR_CPU",
                "ARCH_HAS_SYNC_DMA_FOR_CPU_ALL", "ARCH_HAS_DMA_PREP_COHERENT",
            ]),
        new(KernelOption.Numa, "nodes", "numa", false, ["NUMA"]),
        new(
            KernelOption.Xen, "xen", "xen", false,
            ["XEN", "SWIOTLB_XEN", "XEN_PV", "ARCH_HAS_DMA_OPS"]),
        new(
            KernelOption.DmaDebug, "dma_debug", "dma_debug", false,
            ["DMA_API_DEBUG", "DMA_API_DEBUG_SG"]),
        new(
            KernelOption.RestrictedPool, "restricted_pool", "restricted", true,
            ["DMA_RESTRICTED_POOL"]),
        new(KernelOption.DebugFs, "debug_fs", "debugfs", true, ["DEBUG_FS"]),
        new(KernelOption.Pci, "pci", "pci", true, ["PCI"]),
        new(KernelOption.OfReservedMem, "of_reserved_mem", "ofmem", true, ["OF_RESERVED_MEM"]),
    ];
}
