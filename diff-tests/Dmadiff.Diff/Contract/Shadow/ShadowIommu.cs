// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>The IOMMU before a device.</summary>
internal sealed class ShadowIommu(in AbiDevice declared)
{
    /// <summary>IOVAs have so many bits.</summary>
    public const int AddressBits = 48;

    /// <summary>Unmapping leaves nothing in the IOTLB.</summary>
    public bool IsStrict { get; } = declared.Iommu == AbiIommuMode.Strict;

    /// <summary>What is not present is cached too.</summary>
    public bool CachesAbsent { get; } =
        declared.IommuFlags.HasFlag(AbiIommuFlag.CachesAbsent);

    /// <summary>Bytes of its smallest page.</summary>
    public ulong Granule { get; } = declared.IommuPgsizes & (~declared.IommuPgsizes + 1);

    /// <summary>First IOVA that no mapping may have.</summary>
    public ulong ReservedBase { get; } = declared.ResvBase;

    /// <summary>Bytes of them. What software maps its own pages in is reserved for nobody
    /// else.</summary>
    public ulong ReservedBytes { get; } =
        declared.IommuFlags.HasFlag(AbiIommuFlag.ResvSwMsi) ? 0 : declared.ResvBytes;

    private readonly bool _leavesMessages = declared.IommuFlags.HasFlag(AbiIommuFlag.ResvMsi);

    /// <summary>Whether nobody may be given an IOVA.</summary>
    public bool IsReserved(ulong iova) => iova - ReservedBase < ReservedBytes;

    /// <summary>Whether a message to a physical address is left alone.</summary>
    public bool IsForMessages(ulong phys) => _leavesMessages && IsReserved(phys);

    /// <summary>Pages that were mapped while their old translation was still held.</summary>
    public ulong Reused { get; set; }

    /// <summary>The trace has put pages of its own into the page table: what is there is no
    /// longer the API's doing alone.</summary>
    public bool IsTampered { get; set; }

    /// <summary>Coherent memory and resources that are mapped, by their handles: pages of them
    /// are no mapping's.</summary>
    public HashSet<uint> Others { get; } = [];
}
