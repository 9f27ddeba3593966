// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// The one IOMMU of a machine, SPEC.md "IOMMU": what the page tables and IOTLBs of its domains
/// share, which is room.
/// </summary>
public sealed class IommuHardware
{
    /// <summary>log2 of <see cref="GranuleBytes"/>.</summary>
    public const int GranuleShift = 12;

    /// <summary>What the IOTLB caches: one page of the smallest size that there is.</summary>
    public const ulong GranuleBytes = 1UL << GranuleShift;

    /// <summary>IOVAs have 48 bits.</summary>
    public const ulong ApertureEnd = (1UL << 48) - 1;

    private const int NodeCapacity = (1 << 20) - 1;
    private const int EntryCapacity = (1 << 16) - 1;

    private int _nodes;
    private int _entries;
    private ulong _refuseAfter;

    /// <summary>Starts over, empty.</summary>
    public void PowerOn()
    {
        _nodes = 0;
        _entries = 0;
        _refuseAfter = 0;
    }

    /// <summary>The n-th page that is to be mapped from now on is refused.</summary>
    /// <param name="count">1 for the next one; 0: none is.</param>
    public void RefusePage(ulong count) => _refuseAfter = count;

    /// <summary>Counts a page that is to be mapped.</summary>
    /// <returns>Whether it is the one that is refused.</returns>
    internal bool ShouldRefuse() => _refuseAfter != 0 && --_refuseAfter == 0;

    /// <summary>Takes room for a node of a page table.</summary>
    /// <returns>False when there is none.</returns>
    internal bool TryTakeNode() => _nodes < NodeCapacity && ++_nodes > 0;

    /// <summary>Gives room for a node back.</summary>
    internal void GiveNode() => _nodes--;

    /// <summary>Takes room for an entry of an IOTLB.</summary>
    /// <returns>False when there is none.</returns>
    internal bool TryTakeEntry() => _entries < EntryCapacity && ++_entries > 0;

    /// <summary>Gives room for entries back.</summary>
    internal void GiveEntries(int count) => _entries -= count;
}
