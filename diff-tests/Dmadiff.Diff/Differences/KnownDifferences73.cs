// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;

namespace Dmadiff.Diff.Differences;

/// <summary>What is known to have changed in swiotlb between 6.12 and 7.3. The first entry that
/// applies is taken.</summary>
public static class KnownDifferences73
{
    /// <summary>The entries, in the order in which they are tried.</summary>
    public static IReadOnlyList<KnownDifference> Catalogue { get; } =
    [
        new(
            "physical-mapping",
            "dma_map_phys",
            "The newer code maps physical addresses by dma_map_phys(). The older has no such "
            + "call: there are pages, and there are resources, and each has its own.",
            c => c.Divergence is { Kind: AbiOpKind.MapPhys } && c.LeftHasNone),
        new(
            "lazy-magazines",
            "iova_domain_init_rcaches, __iova_rcache_insert",
            "The newer code takes memory for a magazine when something is freed into it. The "
            + "older takes it for all CPUs when the domain is made, and fails then if there "
            + "is none. After an allocation that is to fail it is another one that does.",
            c => c.Divergence.Kind is >= AbiOpKind.IovaInit and <= AbiOpKind.IovaFind
                && c.AllocationFailsBefore),
        new(
            "force-flag",
            "swiotlb_init_remap",
            "An architecture could have everything bounced by a flag of swiotlb_init(), "
            + "SWIOTLB_FORCE. The newer code has no such flag; the command line alone can "
            + "ask for it. A machine that sets the flag cannot be booted on it, and nothing "
            + "on it is compared.",
            c => c.Divergence.AtBoot && c.Divergence.Operation == "boot machine"
                && c.Divergence.Right.Status == AbiStatus.Errno
                && c.Trace.Setup.Machine.Flags.HasFlag(AbiMachineFlag.SwiotlbForce)),
        new(
            "atomic-pools",
            "dma_atomic_pool_init",
            "The newer code makes no atomic pool for memory above the DMA zones where all "
            + "memory is within them. It says so by a line less at boot, and what is "
            + "allocated after that is found elsewhere, or not if the pool that it shares "
            + "now has been used up.",
            c => (c.Divergence.AtBoot && c.Group == FieldGroup.Log)
                || (c.Divergence.Kind is AbiOpKind.Alloc or AbiOpKind.PoolAlloc
                    && c.Group is FieldGroup.Address or FieldGroup.Status)),
        new(
            "forced-resource",
            "dma_direct_map_phys",
            "A resource of another device cannot be bounced. Where everything is to be "
            + "bounced, the newer code refuses to map one; the older has a path of its own "
            + "for resources, and maps it.",
            c => c.Divergence is { Kind: AbiOpKind.MapResource, Left.Status: AbiStatus.Ok,
                Right.Status: AbiStatus.MappingError }),
        new(
            "resource-of-guest",
            "xen_swiotlb_map_phys",
            "A resource of another device can be mapped for a device of a guest of Xen. The "
            + "older code has no way to, and refuses.",
            c => c.Divergence is { Kind: AbiOpKind.MapResource,
                Left.Status: AbiStatus.MappingError, Right.Status: AbiStatus.Ok }),
        new(
            "resource-message",
            "dma_direct_map_phys",
            "A resource that the device cannot reach is told as other mappings are, by one "
            + "warning. The older code writes an error and warns apart from it.",
            c => c.Divergence.Kind == AbiOpKind.MapResource && c.Group == FieldGroup.Log),
        new(
            "one-warning",
            "dma_direct_map_phys",
            "What the device cannot reach is warned of once. The older function is inline "
            + "in two files, and each has its own once: for pages and for scatterlists. "
            + "The newer is one function with one.",
            c => c.Divergence.Kind is AbiOpKind.Map or AbiOpKind.MapSg
                && c.Group == FieldGroup.Log && c.Divergence.Left.Status == AbiStatus.MappingError
                && c.Divergence.Right.Status == AbiStatus.MappingError),
    ];
}
