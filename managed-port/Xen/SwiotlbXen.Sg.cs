// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Xen;

/// <content>Scatterlists: each entry by itself.</content>
public sealed partial class SwiotlbXen
{
    /// <summary>Maps every entry to a segment of its own. When one cannot be mapped, those
    /// before it are unmapped, without copying anything back.</summary>
    /// <returns>Segments, or -EIO.</returns>
    [Ports(File, "xen_swiotlb_map_sg", "6.1", "6.12", "7.3")]
    public int MapSg(Device dev, Span<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        for (int i = 0; i < list.Length; i++)
        {
            ref ScatterEntry sg = ref list[i];
            sg.DmaAddress = MapPage(dev, sg.Phys, sg.Length, dir, attrs);
            if (sg.DmaAddress == Swiotlb.MappingError)
            {
                UnmapSg(dev, list[..i], dir, attrs | AbiAttr.SkipCpuSync);
                list[0].DmaLength = 0;
                return Errno.InputOutput;
            }
            sg.DmaLength = sg.Length;
        }
        return list.Length;
    }

    /// <summary>Unmaps every segment.</summary>
    [Ports(File, "xen_swiotlb_unmap_sg", "6.1", "6.12", "7.3")]
    public void UnmapSg(
        Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir, AbiAttr attrs)
    {
        foreach (ref readonly ScatterEntry sg in list)
        {
            UnmapPage(dev, sg.DmaAddress, sg.DmaLength, dir, attrs);
        }
    }

    /// <summary>Hands every segment to the CPU.</summary>
    [Ports(File, "xen_swiotlb_sync_sg_for_cpu", "6.1", "6.12", "7.3")]
    public void SyncSgForCpu(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        foreach (ref readonly ScatterEntry sg in list)
        {
            SyncSingleForCpu(dev, sg.DmaAddress, sg.Length, dir);
        }
    }

    /// <summary>Hands every segment to the device.</summary>
    [Ports(File, "xen_swiotlb_sync_sg_for_device", "6.1", "6.12", "7.3")]
    public void SyncSgForDevice(Device dev, ReadOnlySpan<ScatterEntry> list, AbiDirection dir)
    {
        foreach (ref readonly ScatterEntry sg in list)
        {
            SyncSingleForDevice(dev, sg.DmaAddress, sg.Length, dir);
        }
    }
}
