// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>
/// A device behind an IOMMU: what a trace declared, what the core keeps of it (struct dev_iommu
/// and its group, of which it is the only member), and what the mock driver counts.
/// </summary>
/// <param name="mode">How it stands behind the IOMMU.</param>
/// <param name="flags">What the IOMMU is like, and which bus the device is on.</param>
/// <param name="pageSizes">Bit n: pages of 2^n bytes.</param>
/// <param name="reservedBase">First IOVA that is reserved.</param>
/// <param name="reservedBytes">How many; 0 for none.</param>
public sealed class IommuClient(
    AbiIommuMode mode, AbiIommuFlag flags, ulong pageSizes, ulong reservedBase,
    ulong reservedBytes)
{
    /// <summary>How it stands behind the IOMMU.</summary>
    public AbiIommuMode Mode => mode;

    /// <summary>What the IOMMU is like, and which bus the device is on.</summary>
    public AbiIommuFlag Flags => flags;

    /// <summary>Bit n: pages of 2^n bytes.</summary>
    public ulong PageSizes => pageSizes;

    /// <summary>First IOVA that is reserved.</summary>
    public ulong ReservedBase => reservedBase;

    /// <summary>IOVAs that are reserved.</summary>
    public ulong ReservedBytes => reservedBytes;

    /// <summary>dev_is_pci().</summary>
    public bool IsPci => (flags & (AbiIommuFlag.Pci | AbiIommuFlag.Untrusted)) != AbiIommuFlag.None;

    /// <summary>untrusted: firmware says that anything may be plugged in there.</summary>
    public bool IsUntrusted => (flags & AbiIommuFlag.Untrusted) != AbiIommuFlag.None;

    /// <summary>Messages to the reserved IOVAs are interrupts, and are not translated.
    /// </summary>
    public bool ReservesMessages => (flags & AbiIommuFlag.ResvMsi) != AbiIommuFlag.None;

    /// <summary>The reserved IOVAs are for pages that receive messages, which dma-iommu maps
    /// where it likes.</summary>
    public bool ReservesForSoftware => (flags & AbiIommuFlag.ResvSwMsi) != AbiIommuFlag.None;

    /// <summary>attach_deferred: it is attached when it first maps.</summary>
    public bool IsAttachDeferred { get; set; } =
        (flags & AbiIommuFlag.Deferred) != AbiIommuFlag.None;

    /// <summary>shadow_on_flush: flushing is so slow that one long queue is best.</summary>
    public bool ShadowsOnFlush { get; init; }

    /// <summary>pci_32bit_workaround: IOVAs are looked for below 4 GiB first.</summary>
    public bool PrefersLowAddresses { get; set; }

    /// <summary>The number of its group.</summary>
    public int Group { get; set; }

    /// <summary>Its group's domain; null before it is probed, or when that failed.</summary>
    public IommuDomain? Domain { get; set; }

    /// <summary>What translates its accesses; null: nothing does.</summary>
    public MockDomain? Translation { get; set; }

    /// <summary>Granules mapped while the IOTLB held them.</summary>
    public ulong Reused { get; set; }

    /// <summary>Flushes of its domain's IOTLB, of a range or of everything.</summary>
    public ulong Flushes { get; set; }

    /// <summary>Calls of the driver to map pages, also those that it refused.</summary>
    public ulong MapCalls { get; set; }

    /// <summary>Calls of the driver to unmap pages.</summary>
    public ulong UnmapCalls { get; set; }

    /// <summary>Pages that these calls were about.</summary>
    public ulong PagesAsked { get; set; }
}
