// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Numerics;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>
/// drivers/iommu/iommu.c of one revision: domains, and mapping in them by pages of the sizes
/// that the driver has.
/// </summary>
public sealed partial class IommuCore
{
    private const string File = "drivers/iommu/iommu.c";
    private const string Prefix = "iommu: ";

    private readonly SimulatedMachine _machine;
    private readonly IommuProfile _profile;
    private readonly Log _log;
    private OnceFlag _warnedOfMap;

    /// <summary>Creates the state of a kernel that has not run yet.</summary>
    public IommuCore(SimulatedMachine machine, IommuProfile profile)
    {
        _machine = machine;
        _profile = profile;
        _log = machine.Log;
    }

    /// <summary>Maps a range, and tells the driver when it is done.</summary>
    /// <returns>0 or a negative errno.</returns>
    [Ports(File, "iommu_map", "6.1", "6.12", "7.3")]
    public int Map(
        IommuDomain domain, ulong iova, ulong phys, ulong size, IommuAccess access)
    {
        int error = MapUnsynced(domain, iova, phys, size, access);
        if (error == 0)
        {
            domain.SyncMap(iova, size);
        }
        return error;
    }

    /// <summary>
    /// Maps the entries of a list one after the other. Those whose memory is contiguous are
    /// mapped as one, which may find larger pages.
    /// </summary>
    /// <param name="domain">The domain.</param>
    /// <param name="iova">Of the first entry.</param>
    /// <param name="list">The entries; lengths are whole pages.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="mapped">Bytes mapped.</param>
    /// <returns>0 or a negative errno; then nothing is mapped.</returns>
    [Ports(File, "iommu_map_sg", "6.12", "7.3")]
    [Ports(File, "__iommu_map_sg", "6.1")]
    public int MapSg(
        IommuDomain domain, ulong iova, ReadOnlySpan<ScatterEntry> list, IommuAccess access,
        out ulong mapped)
    {
        mapped = 0;
        ulong start = 0;
        ulong length = 0;
        for (int i = 0; i <= list.Length; i++)
        {
            bool atEnd = i == list.Length;
            if (length != 0 && (atEnd || list[i].Phys != start + length))
            {
                int error = MapUnsynced(domain, iova + mapped, start, length, access);
                if (error != 0)
                {
                    Unmap(domain, iova, mapped);
                    return error;
                }
                mapped += length;
                length = 0;
            }
            if (!atEnd)
            {
                start = length == 0 ? list[i].Phys : start;
                length += list[i].Length;
            }
        }
        domain.SyncMap(iova, mapped);
        return 0;
    }

    /// <summary>Unmaps a range, up to the first hole, and flushes it from the IOTLB.
    /// </summary>
    /// <returns>Bytes unmapped.</returns>
    [Ports(File, "iommu_unmap", "6.1", "6.12", "7.3")]
    public ulong Unmap(IommuDomain domain, ulong iova, ulong size)
    {
        var gather = new IotlbGather();
        ulong unmapped = UnmapFast(domain, iova, size, ref gather);
        SyncIotlb(domain, ref gather);
        return unmapped;
    }

    /// <summary>Unmaps a range, up to the first hole, and gathers what is to be flushed.
    /// </summary>
    /// <returns>Bytes unmapped.</returns>
    [Ports(File, "iommu_unmap_fast", "6.1", "6.12", "7.3")]
    [Ports(File, "__iommu_unmap", "6.1", "6.12", "7.3")]
    [Ports(File, "__iommu_unmap_domain_pgtbl", "7.3")]
    [Ports(File, "__iommu_unmap_pages", "6.1")]
    public ulong UnmapFast(IommuDomain domain, ulong iova, ulong size, ref IotlbGather gather)
    {
        if (!domain.IsPaging)
        {
            return 0;
        }
        ulong smallest = SmallestPage(domain);
        if (((iova | size) & (smallest - 1)) != 0)
        {
            _log.Error(Invariant(
                $"{Prefix}unaligned: iova 0x{iova:x} size 0x{size:x} min_pagesz 0x{smallest:x}"));
            return 0;
        }
        ulong unmapped = 0;
        while (unmapped < size)
        {
            ulong pageBytes = PageSize(domain, iova, iova, size - unmapped, out ulong count);
            ulong now = domain.UnmapPages(iova, pageBytes, count, ref gather);
            if (now == 0)
            {
                break;
            }
            if (_profile.SyncsOnlyWhatWasGathered && gather.IsEmpty)
            {
                gather.AddRange(iova, size);
            }
            iova += now;
            unmapped += now;
        }
        return unmapped;
    }

    /// <summary>Has the driver flush what was gathered, and empties the gather.</summary>
    [Ports("include/linux/iommu.h", "iommu_iotlb_sync", "6.1", "6.12", "7.3")]
    public void SyncIotlb(IommuDomain domain, ref IotlbGather gather)
    {
        if (!_profile.SyncsOnlyWhatWasGathered || !gather.IsEmpty)
        {
            domain.Sync(in gather);
        }
        gather = new IotlbGather();
    }

    /// <summary>Where an IOVA leads to.</summary>
    /// <returns>Physical address; 0 if it leads nowhere.</returns>
    [Ports(File, "iommu_iova_to_phys", "6.1", "6.12", "7.3")]
    public static ulong IovaToPhys(IommuDomain domain, ulong iova) =>
        domain.Type == IommuDomainType.Identity ? iova : domain.IovaToPhys(iova);

    /// <summary>
    /// Maps a range piece by piece, each piece as many pages of one size as make sense. When
    /// the driver refuses one, what was mapped so far is unmapped again.
    /// </summary>
    /// <returns>0 or a negative errno.</returns>
    [Ports(File, "__iommu_map", "6.1", "6.12")]
    [Ports(File, "__iommu_map_pages", "6.1")]
    [Ports(File, "iommu_map_nosync", "7.3")]
    [Ports(File, "__iommu_map_domain_pgtbl", "7.3")]
    private int MapUnsynced(
        IommuDomain domain, ulong iova, ulong phys, ulong size, IommuAccess access)
    {
        if (!domain.IsPaging)
        {
            if (_profile.WarnsOfDomainsWithoutPages && _warnedOfMap.First())
            {
                _log.Warn("iommu_map_nosync");
            }
            return Errno.Invalid;
        }
        ulong smallest = SmallestPage(domain);
        if (((iova | phys | size) & (smallest - 1)) != 0)
        {
            _log.Error(Invariant(
                $"{Prefix}unaligned: iova 0x{iova:x} pa 0x{phys:x16} size 0x{size:x} ")
                + Invariant($"min_pagesz 0x{smallest:x}"));
            if (_profile.UndoesWhatNeverBegan)
            {
                Unmap(domain, iova, 0);
            }
            return Errno.Invalid;
        }
        ulong done = 0;
        while (done < size)
        {
            ulong pageBytes =
                PageSize(domain, iova + done, phys + done, size - done, out ulong count);
            ulong mapped = 0;
            int error = domain.MapPages(
                iova + done, phys + done, pageBytes, count, access, ref mapped);
            done += mapped;
            if (error != 0)
            {
                Unmap(domain, iova, done);
                return error;
            }
        }
        return 0;
    }

    /// <summary>
    /// The largest page for a range: one that both addresses are aligned to and the range
    /// holds. Where the next larger one could be used further on, as both addresses are
    /// equally far from its boundary, there are to be only so many pages as reach it.
    /// </summary>
    /// <param name="domain">The domain.</param>
    /// <param name="iova">A multiple of its smallest page.</param>
    /// <param name="phys">A multiple of its smallest page.</param>
    /// <param name="size">Bytes, above 0.</param>
    /// <param name="count">Pages.</param>
    /// <returns>Bytes of a page.</returns>
    [Ports(File, "iommu_pgsize", "6.1", "6.12", "7.3")]
    public static ulong PageSize(
        IommuDomain domain, ulong iova, ulong phys, ulong size, out ulong count)
    {
        ulong merged = phys | iova;
        ulong fitting = domain.PageSizes & UpTo(BitOperations.Log2(size));
        if (merged != 0)
        {
            fitting &= UpTo(BitOperations.TrailingZeroCount(merged));
        }
        int shift = BitOperations.Log2(fitting);
        ulong larger = domain.PageSizes & ~UpTo(shift);
        if (larger != 0)
        {
            ulong next = larger & (0 - larger);
            ulong offset = next - (merged & (next - 1));
            bool alike = ((iova ^ phys) & (next - 1)) == 0;
            if (alike && offset + next >= offset && offset + next <= size)
            {
                size = offset;
            }
        }
        count = size >> shift;
        return 1UL << shift;
    }

    private static ulong UpTo(int bit) => ulong.MaxValue >> (63 - bit);

    private static ulong SmallestPage(IommuDomain domain) =>
        domain.PageSizes & (0 - domain.PageSizes);

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
