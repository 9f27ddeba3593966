// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>Coherent memory, in one piece here. Devices that bypass the caches have the CPU do
/// so, too: by an address of its own.</content>
public sealed partial class DmaIommu
{
    private const IommuAccess BothWays = IommuAccess.Read | IommuAccess.Write;

    /// <summary>
    /// Allocates zeroed pages and maps them. Who may sleep gets them in pieces, unless told
    /// otherwise: then <see cref="PagesOf"/> tells where.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="maySleep">GFP_KERNEL; else GFP_ATOMIC.</param>
    /// <param name="attrs">ForceContiguous for one piece in any case.</param>
    /// <param name="phys">Physical address; none of memory in pieces.</param>
    /// <returns>IOVA, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "iommu_dma_alloc", "6.1", "6.12", "7.3")]
    [Ports(File, "iommu_dma_alloc_pages", "6.1", "6.12", "7.3")]
    public ulong Alloc(Device dev, ulong size, bool maySleep, AbiAttr attrs, out ulong phys)
    {
        phys = AbiConstants.NoAddress;
        if (_profile.CannotDecrypt && _machine.Encryption.IsOn)
        {
            return Swiotlb.MappingError;
        }
        if (maySleep && (attrs & AbiAttr.ForceContiguous) == AbiAttr.None)
        {
            return AllocInPieces(dev, size, attrs);
        }
        ulong whole = _machine.Pages.WholePages(size);
        uint order = OrderOf(whole);
        if (!_machine.Pages.TryGetFreePages(
            dev.Node, PageZone.Normal, order, zeroed: true, out ulong pages))
        {
            return Swiotlb.MappingError;
        }
        if (!dev.IsCoherent && !TryShowUncached(pages, size, whole))
        {
            _machine.Pages.FreePages(pages, order);
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

    /// <summary>dma_common_contiguous_remap(), by way of a list of the pages.</summary>
    private bool TryShowUncached(ulong pages, ulong size, ulong whole)
    {
        if (!_machine.Slab.TryZalloc() || !TryShow(whole))
        {
            return false;
        }
        _machine.Caches.PrepareCoherent(pages, size);
        _machine.Caches.ZeroBehind(pages, whole);
        return true;
    }

    /// <summary>Unmaps memory and frees it.</summary>
    [Ports(File, "iommu_dma_free", "6.1", "6.12", "7.3")]
    [Ports(File, "__iommu_dma_free", "6.1", "6.12", "7.3")]
    public void Free(Device dev, ulong size, ulong iova, ulong phys)
    {
        UnmapRange(dev, iova, size);
        if (_pieces.Remove((dev, iova), out ulong[]? pages))
        {
            FreePieces(pages);
            return;
        }
        _machine.Pages.FreePages(phys, OrderOf(_machine.Pages.WholePages(size)));
    }

    private uint OrderOf(ulong size) =>
        (uint)KernelMath.GetOrder(size, _machine.Pages.PageShift);
}
