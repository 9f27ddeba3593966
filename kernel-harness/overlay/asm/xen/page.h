/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest frames and machine frames, by the modelled hypervisor's map. */
#ifndef _ASM_XEN_PAGE_H
#define _ASM_XEN_PAGE_H

#include <linux/types.h>

#include "xen_frames.h"

struct device;

static inline unsigned long pfn_to_gfn(unsigned long pfn)
{
	return dmd_xen_machine_frame(pfn);
}

static inline unsigned long pfn_to_bfn(unsigned long pfn)
{
	return dmd_xen_machine_frame(pfn);
}

static inline unsigned long bfn_to_pfn(unsigned long bfn)
{
	return dmd_xen_guest_frame(bfn);
}

static inline unsigned long bfn_to_local_pfn(unsigned long bfn)
{
	return dmd_xen_local_frame(bfn);
}

bool xen_arch_need_swiotlb(struct device *dev, phys_addr_t phys,
			   dma_addr_t dev_addr);

#endif
