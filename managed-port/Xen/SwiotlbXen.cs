// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Xen;

/// <summary>
/// drivers/xen/swiotlb-xen.c: the DMA API of devices that belong to a guest of Xen. What such a
/// device calls an address is the machine's; memory that is contiguous in the guest need not be
/// there, and what is behind it may be another domain's.
/// </summary>
public sealed partial class SwiotlbXen
{
    private const string File = "drivers/xen/swiotlb-xen.c";

    private readonly SimulatedMachine _machine;
    private readonly XenHypervisor _xen;
    private readonly Swiotlb _swiotlb;
    private OnceFlag _toldOverflow;
    private OnceFlag _warnedOverflow;

    /// <summary>Creates it over a machine that may be a guest, and its swiotlb.</summary>
    public SwiotlbXen(SimulatedMachine machine, Swiotlb swiotlb)
    {
        _machine = machine;
        _xen = machine.Xen;
        _swiotlb = swiotlb;
    }

    /// <summary>What a device calls an address of the guest's memory.</summary>
    [Ports(File, "xen_phys_to_bus", "6.1", "6.12", "7.3")]
    [Ports(File, "xen_phys_to_dma", "6.1", "6.12", "7.3")]
    public ulong PhysToDma(ulong phys) => _xen.Frames.MachineAddress(phys);

    /// <summary>The address of the guest's memory that a device calls address. There is none
    /// for another domain's frame, and what comes out then is beyond all memory.</summary>
    [Ports(File, "xen_bus_to_phys", "6.1", "6.12", "7.3")]
    [Ports(File, "xen_dma_to_phys", "6.1", "6.12", "7.3")]
    public ulong DmaToPhys(ulong address) => _xen.Frames.GuestAddress(address);

    /// <summary>Maps a range: as it is if the device gets to all of it in one piece, else
    /// bounced.</summary>
    /// <returns>Machine address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "xen_swiotlb_map_page", "6.1", "6.12")]
    [Ports(File, "xen_swiotlb_map_phys", "7.3")]
    public ulong MapPage(
        Device dev, ulong phys, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        ulong address = PhysToDma(phys);
        if (!IsCapable(dev, address, size)
            || _xen.Frames.AreTorn(phys, size)
            || _xen.ArchNeedsSwiotlb(dev.IsCoherent, phys, address)
            || Swiotlb.IsForceBounce(dev))
        {
            phys = _swiotlb.TblMapSingle(dev, phys, size, size, 0, attrs);
            if (phys == Swiotlb.MappingError)
            {
                return Swiotlb.MappingError;
            }
            address = PhysToDma(phys);
            if (!DmaDirect.IsCapable(dev, address, size))
            {
                _swiotlb.TblUnmapSingle(dev, phys, size, dir, attrs | AbiAttr.SkipCpuSync);
                return Swiotlb.MappingError;
            }
        }
        if (!dev.IsCoherent && (attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            WriteBack(phys, address, size, dir);
        }
        return address;
    }

    /// <summary>Maps registers of another device, where the revision can: as they are, since
    /// nothing of the machine's is behind them that the map of frames would know.</summary>
    /// <returns>DMA address, or <see cref="Swiotlb.MappingError"/>.</returns>
    public ulong MapResource(Device dev, ulong phys, ulong size)
    {
        if (!_swiotlb.Profile.MapsByPhysicalAddress)
        {
            return Swiotlb.MappingError;
        }
        if (IsCapable(dev, phys, size))
        {
            return phys;
        }
        if (_toldOverflow.First())
        {
            _machine.Log.Error(dev.Prefix + DmaDirect.OverflowText(dev, phys, size));
        }
        if (_warnedOverflow.First())
        {
            _machine.Log.Warn("xen_swiotlb_map_phys");
        }
        return Swiotlb.MappingError;
    }

    /// <summary>Unmaps them: where they can be mapped, like memory.</summary>
    public void UnmapResource(
        Device dev, ulong address, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        if (_swiotlb.Profile.MapsByPhysicalAddress)
        {
            UnmapPage(dev, address, size, dir, attrs);
        }
    }

    /// <summary>Unmaps what was mapped. Whether it was bounced is asked of the machine address:
    /// another domain's frame may have any address of the guest's.</summary>
    [Ports(File, "xen_swiotlb_unmap_page", "6.1", "6.12")]
    [Ports(File, "xen_swiotlb_unmap_phys", "7.3")]
    public void UnmapPage(
        Device dev, ulong address, ulong size, AbiDirection dir, AbiAttr attrs)
    {
        ulong phys = DmaToPhys(address);
        if (!dev.IsCoherent && (attrs & AbiAttr.SkipCpuSync) == AbiAttr.None)
        {
            Invalidate(phys, address, size, dir);
        }
        if (FindPool(dev, address) is { } pool)
        {
            _swiotlb.TblUnmapSingle(dev, phys, size, dir, attrs, pool);
        }
    }

    /// <summary>Hands a mapping, or part of it, to the CPU.</summary>
    [Ports(File, "xen_swiotlb_sync_single_for_cpu", "6.1", "6.12", "7.3")]
    public void SyncSingleForCpu(Device dev, ulong address, ulong size, AbiDirection dir)
    {
        ulong phys = DmaToPhys(address);
        if (!dev.IsCoherent)
        {
            Invalidate(phys, address, size, dir);
        }
        if (FindPool(dev, address) is { } pool)
        {
            _swiotlb.SyncSingleForCpu(dev, phys, size, dir, pool);
        }
    }

    /// <summary>Hands a mapping, or part of it, to the device.</summary>
    [Ports(File, "xen_swiotlb_sync_single_for_device", "6.1", "6.12", "7.3")]
    public void SyncSingleForDevice(Device dev, ulong address, ulong size, AbiDirection dir)
    {
        ulong phys = DmaToPhys(address);
        if (FindPool(dev, address) is { } pool)
        {
            _swiotlb.SyncSingleForDevice(dev, phys, size, dir, pool);
        }
        if (!dev.IsCoherent)
        {
            WriteBack(phys, address, size, dir);
        }
    }

    /// <summary>Whether a mask is good enough: it must reach the end of the pool, as the
    /// machine has it.</summary>
    [Ports(File, "xen_swiotlb_dma_supported", "6.1", "6.12", "7.3")]
    public bool IsSupported(ulong mask) => PhysToDma(_swiotlb.DefaultLimit()) <= mask;

    /// <summary>The pool that a machine address is of, or null. Only an address of the guest's
    /// own memory can be.</summary>
    [Ports(File, "is_xen_swiotlb_buffer", "6.1")]
    [Ports(File, "xen_swiotlb_find_pool", "6.12", "7.3")]
    private IoTlbPool? FindPool(Device dev, ulong address)
    {
        ulong phys = DmaToPhys(address) & ~XenFrames.OffsetMask;
        if (!IsMemory(phys))
        {
            return null;
        }
        return Swiotlb.FindPool(dev, phys)
            ?? (_swiotlb.IsBuffer(dev, phys) ? dev.Mem.DefaultPool : null);
    }

    /// <summary>Whether a device gets to an address, and sees what is there: where memory is
    /// encrypted and the revision knows it, only what was made for it.</summary>
    private bool IsCapable(Device dev, ulong address, ulong size) =>
        DmaDirect.IsCapable(dev, address, size)
        && !(_swiotlb.Profile.SharesByPool && _machine.Encryption.IsOn);

    /// <summary>pfn_valid(). The kernel asks it of machine addresses, too, as if they were the
    /// guest's: one that lies below the guest's end is taken for the guest's memory.</summary>
    private bool IsMemory(ulong address) => address < _machine.Memory.Bytes;

    /// <summary>Caches are written out by whoever can.</summary>
    private void WriteBack(ulong phys, ulong address, ulong size, AbiDirection dir)
    {
        if (IsMemory(address))
        {
            _machine.Caches.SyncForDevice(phys, size);
        }
        else
        {
            _xen.SyncForDevice(address, size, dir);
        }
    }

    /// <summary>What is cached is dropped by whoever can.</summary>
    private void Invalidate(ulong phys, ulong address, ulong size, AbiDirection dir)
    {
        if (IsMemory(address))
        {
            _machine.Caches.SyncForCpu(phys, size, dir);
        }
        else
        {
            _xen.SyncForCpu(address, size, dir);
        }
    }
}
