// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>
/// drivers/iommu/dma-iommu.c of one revision: the DMA API for devices whose IOMMU translates.
/// A mapping takes a range of IOVAs and has the core map it.
/// </summary>
public sealed partial class DmaIommu
{
    private const string File = "drivers/iommu/dma-iommu.c";

    private readonly SimulatedMachine _machine;
    private readonly IommuCore _core;
    private readonly IommuProfile _profile;
    private readonly Swiotlb _swiotlb;
    private readonly IovaAllocator _iova;
    private readonly Log _log;
    private bool _attachesLate;

    /// <summary>Creates the state of a kernel that has not run yet.</summary>
    public DmaIommu(
        SimulatedMachine machine, IommuProfile profile, IommuCore core, Swiotlb swiotlb,
        IovaAllocator iova)
    {
        _machine = machine;
        _profile = profile;
        _core = core;
        _swiotlb = swiotlb;
        _iova = iova;
        _log = machine.Log;
    }

    /// <summary>arch_initcall: dma-iommu uses IOVAs from now on.</summary>
    /// <param name="isKdump">A kernel that had crashed started this one, so that devices may
    /// have to be attached late.</param>
    [Ports(File, "iommu_dma_init", "6.1", "6.12", "7.3")]
    public void Init(bool isKdump)
    {
        _attachesLate = isKdump;
        _iova.CacheGet();
    }

    /// <summary>Hands a probed device's DMA to dma-iommu, if its domain is for that.</summary>
    [Ports(File, "iommu_setup_dma_ops", "6.1", "6.12", "7.3")]
    public void SetUp(Device dev, IommuClient client)
    {
        client.PrefersLowAddresses = client.IsPci && !_core.ForcesDac;
        dev.UsesDmaIommu = client.Domain is { IsDma: true };
        if (dev.UsesDmaIommu
            && (InitDomain(client.Domain!, client) != 0 || InitBounceBuffers(dev) != 0))
        {
            _log.Warning(
                $"Failed to set up IOMMU for device {dev.Name}; retaining platform DMA ops");
            dev.UsesDmaIommu = false;
        }
    }

    /// <summary>The largest size that per-CPU caches of IOVAs serve, in bytes.</summary>
    [Ports(File, "iommu_dma_opt_mapping_size", "6.1", "6.12", "7.3")]
    [Ports("drivers/iommu/iova.c", "iova_rcache_range", "6.1", "6.12", "7.3")]
    public ulong OptMappingSize() =>
        1UL << (_machine.Pages.PageShift + IovaDomain.CachedOrders - 1);

    /// <summary>The longest mapping, in bytes: only what may bounce is limited.</summary>
    [Ports(File, "iommu_dma_max_mapping_size", "6.1", "6.12", "7.3")]
    public static ulong MaxMappingSize(Device dev) =>
        IsUntrusted(dev) ? Swiotlb.MaxMappingSize(dev) : ulong.MaxValue;

    /// <summary>
    /// Gives a domain its IOVAs, in pages of its smallest size, from page 1 on: address 0 is
    /// to be invalid. A lazy domain that gets no flush queues becomes a strict one.
    /// </summary>
    /// <returns>0 or a negative errno.</returns>
    [Ports(File, "iommu_dma_init_domain", "6.1", "6.12", "7.3")]
    private int InitDomain(IommuDomain domain, IommuClient client)
    {
        DmaCookie cookie = domain.Cookie!;
        ulong granule = 1UL << BitOperations.TrailingZeroCount(domain.PageSizes);
        cookie.Iovas = new IovaDomain(_iova, granule, 1);
        int error = cookie.Iovas.InitRcaches();
        if (error != 0)
        {
            return error;
        }
        if (domain.Type == IommuDomainType.DmaFlushQueue)
        {
            InitQueues(domain, client);
        }
        return ReserveRegions(cookie, client);
    }

    /// <summary>There are no host bridges' windows: only what the driver asks for.</summary>
    /// <returns>0 or a negative errno.</returns>
    [Ports(File, "iova_reserve_iommu_regions", "6.1", "6.12", "7.3")]
    private unsafe int ReserveRegions(DmaCookie cookie, IommuClient client)
    {
        if (client.ReservedBytes == 0 || client.ReservesForSoftware)
        {
            return 0;
        }
        IovaDomain iovas = cookie.Iovas;
        iovas.Reserve(
            client.ReservedBase >> iovas.Shift,
            (client.ReservedBase + client.ReservedBytes - 1) >> iovas.Shift);
        return client.ReservesMessages
            ? InitMsiRegion(cookie, client.ReservedBase, client.ReservedBytes)
            : 0;
    }

    /// <summary>What a direction lets a device do.</summary>
    [Ports(File, "dma_info_to_prot", "6.1", "6.12", "7.3")]
    private static IommuAccess AccessOf(AbiDirection dir) => dir switch
    {
        AbiDirection.ToDevice => IommuAccess.Read,
        AbiDirection.FromDevice => IommuAccess.Write,
        _ => IommuAccess.Read | IommuAccess.Write,
    };

    /// <summary>
    /// Takes a range of IOVAs within a device's reach. A PCI device is given one below 4 GiB
    /// as long as there are any: many have never been tried with more bits.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes; what is no whole granule is not taken.</param>
    /// <param name="limit">The last address it reaches.</param>
    /// <returns>First IOVA, or 0.</returns>
    [Ports(File, "iommu_dma_alloc_iova", "6.1", "6.12", "7.3")]
    internal ulong AllocIova(Device dev, ulong size, ulong limit)
    {
        IommuClient client = dev.Iommu!;
        IovaDomain iovas = IovasOf(dev);
        ulong pages = size >> iovas.Shift;
        limit = KernelMath.MinNotZero(limit, dev.BusDmaLimit);
        limit = Math.Min(limit, IommuHardware.ApertureEnd);
        if (limit > uint.MaxValue && client.PrefersLowAddresses)
        {
            ulong low = iovas.AllocFast(pages, uint.MaxValue >> iovas.Shift, flushRcache: false);
            if (low != 0)
            {
                return low << iovas.Shift;
            }
            if (_profile.GivesUpLowAddresses)
            {
                client.PrefersLowAddresses = false;
                _log.Notice(
                    $"{dev.Prefix}Using {64 - BitOperations.LeadingZeroCount(limit)}-bit DMA "
                    + "addresses");
            }
        }
        return iovas.AllocFast(pages, limit >> iovas.Shift, flushRcache: true) << iovas.Shift;
    }

    /// <summary>Gives IOVAs back at once, or queues them.</summary>
    [Ports(File, "iommu_dma_free_iova", "6.1", "6.12", "7.3")]
    internal void FreeIova(IommuDomain domain, ulong iova, ulong size, bool queued)
    {
        IovaDomain iovas = domain.Cookie!.Iovas;
        ulong pfn = iova >> iovas.Shift;
        ulong pages = size >> iovas.Shift;
        if (queued)
        {
            QueueIova(domain, pfn, pages);
        }
        else
        {
            iovas.FreeFast(pfn, pages);
        }
    }

    private static IommuDomain DomainOf(Device dev) => dev.Iommu!.Domain!;

    private static IovaDomain IovasOf(Device dev) => DomainOf(dev).Cookie!.Iovas;

    private static bool IsUntrusted(Device dev) => dev.Iommu!.IsUntrusted;
}
