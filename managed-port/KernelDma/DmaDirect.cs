// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.CompilerServices;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// kernel/dma/direct.c and direct.h: mapping without an IOMMU. A bus address is a physical
/// one; swiotlb helps where the device cannot reach it, or is forced to bounce. Where machine
/// frames are looked up it also helps where they are apart.
/// </summary>
public sealed partial class DmaDirect
{
    /// <summary>zone_dma_limit: the highest address of the lowest zone.</summary>
    public const ulong ZoneDmaMask = (1UL << 24) - 1;

    private readonly SimulatedMachine _machine;
    private readonly Swiotlb _swiotlb;
    private readonly DmaPool _pool;
    private readonly SwiotlbProfile _profile;
    private readonly bool _encrypts;
    private OnceFlag _warnedOverflow;
    private OnceFlag _warnedUncached;

    /// <summary>Creates it over a machine, its swiotlb and its atomic pools.</summary>
    public DmaDirect(SimulatedMachine machine, Swiotlb swiotlb, DmaPool pool)
    {
        _machine = machine;
        _swiotlb = swiotlb;
        _pool = pool;
        _profile = swiotlb.Profile;
        _encrypts = machine.Encryption.IsOn;
    }

    /// <summary>The address that a mask must reach to reach all of RAM.</summary>
    private ulong LastAddress
    {
        get
        {
            int shift = _machine.Pages.PageShift;
            ulong end = _machine.Memory.Bytes >> shift << shift;
            return _profile.LastByteCounts ? end - 1 : end - (1UL << shift);
        }
    }

    /// <summary>Whether devices see nothing but the pools, and the revision knows that.</summary>
    private bool MustBounce => _encrypts && _profile.SharesByPool;

    /// <summary>Whether a device reaches all of a range; its end wraps at 2^64.</summary>
    [Ports("include/linux/dma-direct.h", "dma_capable", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCapable(Device dev, ulong address, ulong size) =>
        address != Swiotlb.MappingError && address + size - 1 <= dev.AddressLimit;

    /// <summary>Maps a range, bouncing it when it must or is told to.</summary>
    /// <returns>DMA address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/direct.h", "dma_direct_map_page", "6.1", "6.12")]
    [Ports("kernel/dma/direct.c", "dma_direct_map_phys", "7.3")]
    public ulong MapPage(
        Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs) =>
        MapPage(dev, phys, size, dir, attrs, ref _warnedOverflow);

    private ulong MapPage(
        Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs,
        ref OnceFlag warned)
    {
        if (Swiotlb.IsForceBounce(dev))
        {
            return _swiotlb.Map(dev, phys, size, dir, attrs);
        }
        ulong address = dev.PhysToDma(phys);
        if (!MustBounce && IsCapable(dev, address, size) && !IsTorn(dev, phys, size))
        {
            if (!dev.IsCoherent && (attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
            {
                _machine.Caches.SyncForDevice(phys, size);
            }
            return address;
        }
        if (Swiotlb.IsActive(dev))
        {
            return _swiotlb.Map(dev, phys, size, dir, attrs);
        }
        WarnOverflow(dev, address, size, ref warned);
        return Swiotlb.MappingError;
    }

    /// <summary>Whether a device would get to a part of a range only.</summary>
    private static bool IsTorn(Device dev, ulong phys, ulong size) =>
        dev.Frames?.AreTorn(phys, size) ?? false;

    private void WarnOverflow(Device dev, ulong phys, ulong size, ref OnceFlag warned)
    {
        if (warned.First())
        {
            _machine.Log.Warn(
                _profile.MapsByPhysicalAddress ? "dma_direct_map_phys" : "dma_direct_map_page",
                dev.Prefix + OverflowText(dev, phys, size));
        }
    }

    /// <summary>Syncs, unless told not to, and gives slots back if there are any.</summary>
    [Ports("kernel/dma/direct.h", "dma_direct_unmap_page", "6.1", "6.12")]
    [Ports("kernel/dma/direct.h", "dma_direct_unmap_phys", "7.3")]
    public void UnmapPage(Device dev, ulong addr, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        if ((attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            SyncSingleForCpu(dev, addr, size, dir);
        }
        ulong phys = dev.DmaToPhys(addr);
        if (_swiotlb.IsBuffer(dev, phys))
        {
            _swiotlb.TblUnmapSingle(dev, phys, size, dir, attrs | AbiAttr.SkipCpuSync);
        }
    }

    /// <summary>Drops what is cached, where the device bypasses that, and copies what it
    /// wrote, if the address is bounced.</summary>
    [Ports("kernel/dma/direct.h", "dma_direct_sync_single_for_cpu", "6.1", "6.12", "7.3")]
    public void SyncSingleForCpu(Device dev, ulong addr, ulong size, AbiDirection dir)
    {
        ulong phys = dev.DmaToPhys(addr);
        if (!dev.IsCoherent)
        {
            _machine.Caches.SyncForCpu(phys, size, dir);
        }
        if (_swiotlb.IsBuffer(dev, phys))
        {
            _swiotlb.SyncSingleForCpu(dev, phys, size, dir);
        }
    }

    /// <summary>Copies what the CPU wrote, if the address is bounced, and writes it out where
    /// the device bypasses the caches.</summary>
    [Ports("kernel/dma/direct.h", "dma_direct_sync_single_for_device", "6.1", "6.12", "7.3")]
    public void SyncSingleForDevice(Device dev, ulong addr, ulong size, AbiDirection dir)
    {
        ulong phys = dev.DmaToPhys(addr);
        if (_swiotlb.IsBuffer(dev, phys))
        {
            _swiotlb.SyncSingleForDevice(dev, phys, size, dir);
        }
        if (!dev.IsCoherent)
        {
            _machine.Caches.SyncForDevice(phys, size);
        }
    }

    /// <summary>The mask that all of RAM needs.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_get_required_mask", "6.1", "6.12", "7.3")]
    public ulong GetRequiredMask(Device dev)
    {
        int last = 63 - BitOperations.LeadingZeroCount(dev.PhysToDma(LastAddress));
        return ((1UL << last) * 2) - 1;
    }

    /// <summary>Whether a mask is good enough: 32 bits are, less must reach the lowest zone
    /// or all of RAM.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_supported", "6.1", "6.12", "7.3")]
    public bool IsSupported(Device dev, ulong mask) =>
        mask >= uint.MaxValue
        || mask >= dev.PhysToDma(Math.Min(LastAddress, ZoneDmaMask));

    /// <summary>The longest mapping, in bytes; all bits set where nothing limits it.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_max_mapping_size", "6.1", "6.12", "7.3")]
    public ulong MaxMappingSize(Device dev)
    {
        if (Swiotlb.IsActive(dev)
            && (IsAddressingLimited(dev) || Swiotlb.IsForceBounce(dev) || MustBounce))
        {
            return Swiotlb.MaxMappingSize(dev);
        }
        return ulong.MaxValue;
    }

    /// <summary>Whether a device cannot reach all of RAM.</summary>
    public bool IsAddressingLimited(Device dev) =>
        IsAddressingLimited(dev, GetRequiredMask(dev));

    /// <summary>Whether a device's mask, of which 0 counts as 32 bits, is less than is needed.
    /// </summary>
    internal static bool IsAddressingLimited(Device dev, ulong needed) =>
        KernelMath.MinNotZero(dev.GetDmaMask(), dev.BusDmaLimit) < needed;
}
