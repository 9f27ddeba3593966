// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>struct iommu_iotlb_gather: the range that a sync is to flush, put together from
/// unmapped pages.</summary>
public struct IotlbGather
{
    private const string Header = "include/linux/iommu.h";

    /// <summary>An empty one: its start is above its end.</summary>
    [Ports(Header, "iommu_iotlb_gather_init", "6.1", "6.12", "7.3")]
    public IotlbGather() => Start = ulong.MaxValue;

    /// <summary>First byte.</summary>
    public ulong Start { get; private set; }

    /// <summary>Last byte; 0 while there is none.</summary>
    public ulong End { get; private set; }

    /// <summary>Bytes of each page in it; 0 while there is none.</summary>
    public ulong PageBytes { get; private set; }

    /// <summary>Whether the flush is put off to a flush queue.</summary>
    public bool Queued { get; init; }

    /// <summary>Whether there is nothing in it.</summary>
    public readonly bool IsEmpty => Start >= End;

    /// <summary>Grows the range to cover another, and what lies between.</summary>
    [Ports(Header, "iommu_iotlb_gather_add_range", "6.1", "6.12", "7.3")]
    public void AddRange(ulong iova, ulong size)
    {
        Start = Math.Min(Start, iova);
        End = Math.Max(End, iova + size - 1);
    }

    /// <summary>
    /// Adds an unmapped page. What is neither next to the range nor of its page size would have
    /// more flushed than was unmapped, or by the wrong size: the range is flushed first.
    /// </summary>
    [Ports(Header, "iommu_iotlb_gather_add_page", "6.1", "6.12", "7.3")]
    public void AddPage(IommuCore core, IommuDomain domain, ulong iova, ulong size)
    {
        if ((PageBytes != 0 && PageBytes != size) || IsDisjoint(iova, size))
        {
            core.SyncIotlb(domain, ref this);
        }
        PageBytes = size;
        AddRange(iova, size);
    }

    [Ports(Header, "iommu_iotlb_gather_is_disjoint", "6.1", "6.12", "7.3")]
    private readonly bool IsDisjoint(ulong iova, ulong size) =>
        End != 0 && (iova + size < Start || iova > End + 1);
}
