/* SPDX-License-Identifier: GPL-2.0-only */
/* Coherent pages are pages: where they are in machine memory is asked later. */
#ifndef _ASM_XEN_PAGE_COHERENT_H
#define _ASM_XEN_PAGE_COHERENT_H

#include <linux/gfp.h>
#include <linux/io.h>

static inline void *xen_alloc_coherent_pages(struct device *dev, size_t size,
					     dma_addr_t *handle, gfp_t gfp,
					     unsigned long attrs)
{
	void *pages = (void *)__get_free_pages(gfp, get_order(size));

	*handle = virt_to_phys(pages);
	return pages;
}

static inline void xen_free_coherent_pages(struct device *dev, size_t size,
					   void *pages, dma_addr_t handle,
					   unsigned long attrs)
{
	free_pages((unsigned long)pages, get_order(size));
}

#endif
