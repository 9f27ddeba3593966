// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>Coherent memory in one piece, of coherent devices.</content>
public sealed partial class DmaIommu
{
    private const IommuAccess BothWays = IommuAccess.Read | IommuAccess.Write;

    /// <summary>
    /// Allocates zeroed pages and maps them. Memory that may be in pieces is put together by
    /// vmap(), of which there is none: the kernel dies of it.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="maySleep">GFP_KERNEL; else GFP_ATOMIC.</param>
    /// <param name="attrs">ForceContiguous for one piece in any case.</param>
    /// <param name="phys">Physical address.</param>
    /// <returns>IOVA, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "iommu_dma_alloc", "6.1", "6.12", "7.3")]
    [Ports(File, "iommu_dma_alloc_pages", "6.1", "6.12", "7.3")]
    public ulong Alloc(Device dev, ulong size, bool maySleep, AbiAttr attrs, out ulong phys)
    {
        phys = AbiConstants.NoAddress;
        if (maySleep && (attrs & AbiAttr.ForceContiguous) == AbiAttr.None)
        {
            throw new KernelDeathException(
                AbiCrashKind.MissingService, "iommu_dma_alloc_remap", "dma_common_pages_remap");
        }
        ulong whole = _machine.Pages.WholePages(size);
        uint order = OrderOf(whole);
        if (!_machine.Pages.TryGetFreePages(
            dev.Node, PageZone.Normal, order, zeroed: true, out ulong pages))
        {
            return Swiotlb.MappingError;
        }
        ulong iova = MapRange(dev, pages, size, BothWays, dev.CoherentDmaMask);
        if (iova == Swiotlb.MappingError)
        {
            _machine.Pages.FreePages(pages, order);
            return Swiotlb.MappingError;
        }
        phys = pages;
        return iova;
    }

    /// <summary>Unmaps memory and frees it.</summary>
    [Ports(File, "iommu_dma_free", "6.1", "6.12", "7.3")]
    [Ports(File, "__iommu_dma_free", "6.1", "6.12", "7.3")]
    public void Free(Device dev, ulong size, ulong iova, ulong phys)
    {
        UnmapRange(dev, iova, size);
        _machine.Pages.FreePages(phys, OrderOf(_machine.Pages.WholePages(size)));
    }

    private uint OrderOf(ulong size) =>
        (uint)KernelMath.GetOrder(size, _machine.Pages.PageShift);
}
