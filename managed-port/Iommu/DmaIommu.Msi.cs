// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>
/// Interrupts by message: a device writes a word to a page of the interrupt controller. Behind
/// an IOMMU it needs an IOVA for that page, too.
/// </content>
public sealed partial class DmaIommu
{
    /// <summary>Tells where a device has to write so that it reaches a physical address.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="phys">Physical address, below 2^52.</param>
    /// <param name="message">The address in its messages.</param>
    /// <returns>0, or -ENOMEM: the page cannot be mapped.</returns>
    [Ports(File, "iommu_dma_prepare_msi", "6.1", "6.12")]
    [Ports("drivers/iommu/iommu.c", "iommu_dma_prepare_msi", "7.3")]
    [Ports(File, "iommu_dma_sw_msi", "7.3")]
    [Ports(File, "iommu_dma_compose_msi_msg", "6.1", "6.12")]
    public int PrepareMsi(Device dev, ulong phys, out ulong message)
    {
        message = phys;
        if (dev.Iommu?.Domain is not { Cookie: { } cookie } domain)
        {
            return 0;
        }
        ulong mask = cookie.Iovas.OffsetMask;
        if (!TryGetMsiPage(dev, domain, cookie, phys & ~mask, out MsiPage page))
        {
            return Errno.NoMemory;
        }
        message = page.Iova | (phys & mask);
        return 0;
    }

    /// <summary>Finds a page, or maps it. It stays mapped as long as there is the domain.
    /// </summary>
    [Ports(File, "iommu_dma_get_msi_page", "6.1", "6.12", "7.3")]
    [Ports(File, "cookie_msi_granule", "6.1", "6.12", "7.3")]
    private bool TryGetMsiPage(
        Device dev, IommuDomain domain, DmaCookie cookie, ulong phys, out MsiPage page)
    {
        int known = cookie.MsiPages.FindIndex(p => p.Phys == phys);
        page = known < 0 ? default : cookie.MsiPages[known];
        if (known >= 0 || !_machine.Slab.TryZalloc())
        {
            return known >= 0;
        }
        ulong size = cookie.Iovas.OffsetMask + 1;
        ulong iova = AllocIova(dev, size, dev.GetDmaMask());
        if (iova == 0)
        {
            return false;
        }
        if (_core.Map(domain, iova, phys, size, IommuAccess.Write) != 0)
        {
            FreeIova(domain, iova, size, queued: false);
            return false;
        }
        page = new MsiPage(phys, iova);
        cookie.MsiPages.Insert(0, page);
        return true;
    }

    /// <summary>Messages to these addresses are not translated: each granule of them is where
    /// it is.</summary>
    /// <returns>0 or a negative errno.</returns>
    [Ports(File, "cookie_init_hw_msi_region", "6.1", "6.12", "7.3")]
    private int InitMsiRegion(DmaCookie cookie, ulong start, ulong bytes)
    {
        IovaDomain iovas = cookie.Iovas;
        ulong end = start + bytes;
        start &= ~iovas.OffsetMask;
        ulong pages = iovas.Align(end - start) >> iovas.Shift;
        for (ulong i = 0; i < pages; i++)
        {
            if (!_machine.Slab.TryZalloc())
            {
                return Errno.NoMemory;
            }
            ulong page = start + (i << iovas.Shift);
            cookie.MsiPages.Insert(0, new MsiPage(page, page));
        }
        return 0;
    }
}
