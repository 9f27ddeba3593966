/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_XEN_SWIOTLB_XEN_H
#define _ASM_XEN_SWIOTLB_XEN_H

#include <linux/types.h>

#include "dmd_features.h"

#ifdef DMD_HAVE_XEN_SWIOTLB_FIXUP
int xen_swiotlb_fixup(void *buf, unsigned long nslabs);
/* Where there is no fixup to hand out, <xen/xen-ops.h> has these two. */
int xen_create_contiguous_region(phys_addr_t start, unsigned int order,
				 unsigned int address_bits,
				 dma_addr_t *dma_handle);
void xen_destroy_contiguous_region(phys_addr_t start, unsigned int order);
#endif

#endif
