// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Scatterlists, and resources that are no memory.</content>
public sealed partial class DmaDirect
{
    // dma_direct_map_page() is inline: each file that uses it has a flag of its own. Not so
    // dma_direct_map_phys().
    private OnceFlag _warnedOverflowOfSegment;
    private OnceFlag _toldResourceOverflow;
    private OnceFlag _warnedResourceOverflow;

    /// <summary>
    /// Maps every entry to a segment of its own. When one cannot be mapped, those before it are
    /// unmapped, without copying anything back.
    /// </summary>
    /// <returns>Segments, or -EIO.</returns>
    [Ports("kernel/dma/direct.c", "dma_direct_map_sg", "6.1", "6.12", "7.3")]
    public int MapSg(Device dev, Span<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        ref OnceFlag warned = ref _warnedOverflowOfSegment;
        if (_profile.MapsByPhysicalAddress)
        {
            warned = ref _warnedOverflow;
        }
        for (int i = 0; i < list.Length; i++)
        {
            ref ScatterEntry sg = ref list[i];
            sg.DmaAddress = MapPage(dev, sg.Phys, sg.Length, dir, attrs, ref warned);
            if (sg.DmaAddress == Swiotlb.MappingError)
            {
                UnmapSg(dev, list[..i], dir, attrs | AbiAttr.SkipCpuSync);
                return Errno.InputOutput;
            }
            sg.DmaLength = sg.Length;
        }
        return list.Length;
    }

    /// <summary>Unmaps every segment.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_unmap_sg", "6.1", "6.12", "7.3")]
    public void UnmapSg(
        Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        foreach (ref readonly ScatterEntry sg in list)
        {
            UnmapPage(dev, sg.DmaAddress, sg.DmaLength, dir, attrs);
        }
    }

    /// <summary>Hands every segment to the CPU.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_sync_sg_for_cpu", "6.1", "6.12", "7.3")]
    public void SyncSgForCpu(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        foreach (ref readonly ScatterEntry sg in list)
        {
            SyncSingleForCpu(dev, sg.DmaAddress, sg.Length, dir);
        }
    }

    /// <summary>Hands every segment to the device.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_sync_sg_for_device", "6.1", "6.12", "7.3")]
    public void SyncSgForDevice(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        foreach (ref readonly ScatterEntry sg in list)
        {
            SyncSingleForDevice(dev, sg.DmaAddress, sg.Length, dir);
        }
    }

    /// <summary>Maps registers of another device, which nothing can stand in for: where the
    /// revision knows, not when everything must bounce.</summary>
    /// <returns>DMA address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/direct.c", "dma_direct_map_resource", "6.1", "6.12")]
    public ulong MapResource(Device dev, ulong phys, ulong size)
    {
        bool byPhys = _profile.MapsByPhysicalAddress;
        if (byPhys && Swiotlb.IsForceBounce(dev))
        {
            return Swiotlb.MappingError;
        }
        if (IsCapable(dev, phys, size))
        {
            return phys;
        }
        if (byPhys)
        {
            WarnOverflow(dev, phys, size, ref _warnedOverflow);
            return Swiotlb.MappingError;
        }
        if (_toldResourceOverflow.First())
        {
            _machine.Log.Error(dev.Prefix + OverflowText(dev, phys, size));
        }
        if (_warnedResourceOverflow.First())
        {
            _machine.Log.Warn("dma_direct_map_resource");
        }
        return Swiotlb.MappingError;
    }

    /// <summary>Whether syncing an address has anything to do.</summary>
    [Ports("kernel/dma/direct.c", "dma_direct_need_sync", "6.1", "6.12", "7.3")]
    public bool NeedSync(Device dev, ulong addr) =>
        !dev.IsCoherent || _swiotlb.IsBuffer(dev, dev.DmaToPhys(addr));

    /// <summary>What is said of an address that a device does not reach.</summary>
    internal static string OverflowText(Device dev, ulong addr, ulong size) =>
        $"DMA addr 0x{addr:x16}+{size} overflow (mask {dev.DmaMask:x}, bus limit "
        + $"{dev.BusDmaLimit:x}).";
}
