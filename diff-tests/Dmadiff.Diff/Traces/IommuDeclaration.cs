// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>How a device stands behind an IOMMU.</summary>
public sealed record IommuDeclaration
{
    /// <summary>Page sizes of 4 KiB, 2 MiB and 1 GiB.</summary>
    public const ulong DefaultPageSizes = 1UL << 12 | 1UL << 21 | 1UL << 30;

    /// <summary>Whether it does, and when the IOTLB is flushed.</summary>
    public AbiIommuMode Mode { get; init; }

    /// <summary>Bit n is set when the IOMMU has pages of 2^n bytes.</summary>
    public ulong PageSizes { get; init; } = DefaultPageSizes;

    /// <summary>The IOTLB also holds that a page is not present, until it is flushed.</summary>
    public bool CachesAbsent { get; init; }

    /// <summary>The driver gathers the ranges to flush; without, it flushes everything.</summary>
    public bool Gathers { get; init; } = true;

    /// <summary>The device is a PCI function.</summary>
    public bool IsPci { get; init; }

    /// <summary>The device is a PCI function that firmware does not trust.</summary>
    public bool IsUntrusted { get; init; }

    /// <summary>First IOVA that is reserved for the device.</summary>
    public ulong ReservedBase { get; init; }

    /// <summary>Bytes reserved, or 0.</summary>
    public ulong ReservedBytes { get; init; }

    /// <summary>ResvMsi: messages that interrupt go there; ResvSwMsi: software maps there what
    /// receives them; none: nobody says what they are reserved for.</summary>
    public AbiIommuFlag ReservedFor { get; init; }

    /// <summary>Its driver attaches it when it first maps, as another kernel left it running.
    /// </summary>
    public bool IsDeferred { get; init; }
}
