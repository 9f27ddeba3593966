/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compiles the tree's swiotlb-xen.c, as that architecture has it which
 * exchanges frames, and does what the rest of the kernel does for a guest:
 * hypercalls.
 */
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/swiotlb.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <xen/swiotlb-xen.h>

#define CONFIG_X86 1
#include "drivers/xen/swiotlb-xen.c"
#undef CONFIG_X86

#include "coherence.h"
#include "dmd_features.h"
#include "machine.h"
#include "services.h"
#include "xen_view.h"

enum xen_domain_type xen_domain_type = XEN_NATIVE;

/* xen_pv_domain() may ask the processor, which is none of Xen's. */
static bool is_pv(void)
{
	return xen_domain_type == XEN_PV_DOMAIN;
}

void dmd_xen_boot(const struct dmd_machine *machine)
{
	if (!(machine->flags & DMD_MACHINE_XEN))
		return;
	xen_domain_type =
		machine->xen_run_bytes ? XEN_PV_DOMAIN : XEN_HVM_DOMAIN;
	dmd_xen_start(machine->memory_bytes >> DMD_XEN_FRAME_SHIFT,
		      machine->xen_run_bytes >> DMD_XEN_FRAME_SHIFT);
}

void dmd_xen_attach(struct device *dev)
{
	set_dma_ops(dev, &xen_swiotlb_dma_ops);
}

int dmd_xen_foreign(u64 phys, u64 machine)
{
	return dmd_xen_map_foreign(XEN_PFN_DOWN(phys), XEN_PFN_DOWN(machine));
}

u64 dmd_xen_reached(u64 address)
{
	u64 frame = dmd_xen_reached_frame(XEN_PFN_DOWN(address));

	return frame == DMD_XEN_NO_FRAME ? DMD_NO_ADDRESS
					 : (frame << XEN_PAGE_SHIFT) +
						   xen_offset_in_page(address);
}

#ifdef DMD_HAVE_XEN_SWIOTLB_FIXUP
dmd_remap_fn *dmd_xen_remap(void)
{
	return is_pv() ? xen_swiotlb_fixup : NULL;
}
#else
int dmd_xen_swiotlb_init(void)
{
	return xen_swiotlb_init(1, true);
}
#endif

int xen_create_contiguous_region(phys_addr_t start, unsigned int order,
				 unsigned int address_bits,
				 dma_addr_t *dma_handle)
{
	u64 limit = address_bits < 64 ? 1ull << address_bits : U64_MAX, first;
	u64 bytes = (u64)PAGE_SIZE << order;

	if (!is_pv()) {
		*dma_handle = start;
		return 0;
	}
	first = dmd_xen_exchange(XEN_PFN_DOWN(start), bytes >> XEN_PAGE_SHIFT,
				 XEN_PFN_DOWN(limit));
	if (first == DMD_XEN_NO_FRAME) {
		dmd_log("6 ", "xen: no 0x%llx contiguous bytes below 0x%llx",
			bytes, limit);
		return -ENOMEM;
	}
	*dma_handle = first << XEN_PAGE_SHIFT;
	dmd_log("6 ", "xen: [0x%llx, 0x%llx) exchanged for 0x%llx", (u64)start,
		(u64)start + bytes, (u64)*dma_handle);
	/* Other frames have other bytes. */
	memset(phys_to_virt(start), 0, bytes);
	return 0;
}

void xen_destroy_contiguous_region(phys_addr_t start, unsigned int order)
{
	if (!is_pv())
		return;
	if (dmd_xen_exchange_back(XEN_PFN_DOWN(start)))
		dmd_misuse("frames are given back that were not exchanged");
	dmd_log("6 ", "xen: [0x%llx, 0x%llx) exchanged back", (u64)start,
		(u64)start + ((u64)PAGE_SIZE << order));
	memset(phys_to_virt(start), 0, (u64)PAGE_SIZE << order);
}

/* Without the hypercall nobody can flush the caches of a foreign frame. */
bool xen_arch_need_swiotlb(struct device *dev, phys_addr_t phys,
			   dma_addr_t dev_addr)
{
	return !is_pv() &&
	       dmd_state->machine.flags & DMD_MACHINE_XEN_NO_CACHE_FLUSH &&
	       XEN_PFN_DOWN(phys) != XEN_PFN_DOWN(dma_to_phys(dev, dev_addr)) &&
	       !dev_is_dma_coherent(dev);
}

#ifdef CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE
/* The cache-flush hypercall takes machine addresses, one frame a call. */
static void flush_caches(struct device *dev, dma_addr_t handle, size_t size,
			 enum dma_data_direction direction, const char *what,
			 void (*sync)(phys_addr_t, size_t,
				      enum dma_data_direction))
{
	u64 machine = dma_to_phys(dev, handle);

	while (size) {
		size_t now = min_t(size_t, size,
				   XEN_PAGE_SIZE - xen_offset_in_page(machine));
		u64 phys = dmd_xen_reached(machine);

		dmd_log("6 ", "xen: cache flush (%s) of 0x%llx+0x%zx", what,
			machine, now);
		if (phys == DMD_NO_ADDRESS)
			dmd_misuse("a cache flush of what the guest lacks");
		sync(phys, now, direction);
		machine += now;
		size -= now;
	}
}

void xen_dma_sync_for_cpu(struct device *dev, dma_addr_t handle, size_t size,
			  enum dma_data_direction direction)
{
	if (direction != DMA_TO_DEVICE)
		flush_caches(dev, handle, size, direction, "invalidate",
			     arch_sync_dma_for_cpu);
}

void xen_dma_sync_for_device(struct device *dev, dma_addr_t handle, size_t size,
			     enum dma_data_direction direction)
{
	flush_caches(dev, handle, size, direction,
		     direction == DMA_FROM_DEVICE ? "invalidate" : "clean",
		     arch_sync_dma_for_device);
}
#endif
