/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls that operations make, with arguments that are the same for every
 * revision. What a revision lacks returns -EOPNOTSUPP.
 */
#ifndef DMD_SWIOTLB_CALLS_H
#define DMD_SWIOTLB_CALLS_H

#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/types.h>

#include "dmadiff_abi.h"

/* Sets the default pool up as the machine asks, before the initcalls. */
int dmd_swiotlb_boot(const struct dmd_machine *machine);

/* The same after them, from the page allocator. */
int dmd_swiotlb_boot_late(const struct dmd_machine *machine);

/* Gives a device the default pool, as the driver core does. */
void dmd_swiotlb_new_device(struct device *dev);

/* Whether swiotlb_tbl_map_single() takes an alignment of the allocation. */
bool dmd_swiotlb_aligns(void);

/* swiotlb_tbl_map_single(); the allocation's end is aligned as well. */
phys_addr_t dmd_swiotlb_tbl_map(struct device *dev, phys_addr_t address,
				size_t size, unsigned int align_mask,
				enum dma_data_direction direction,
				unsigned long attrs);

/* swiotlb_tbl_unmap_single(), align_mask being that of the mapping. */
void dmd_swiotlb_tbl_unmap(struct device *dev, phys_addr_t address, size_t size,
			   unsigned int align_mask,
			   enum dma_data_direction direction,
			   unsigned long attrs);

void dmd_swiotlb_sync_for_cpu(struct device *dev, phys_addr_t address,
			      size_t size, enum dma_data_direction direction);
void dmd_swiotlb_sync_for_device(struct device *dev, phys_addr_t address,
				 size_t size,
				 enum dma_data_direction direction);

/*
 * What dma-direct adds to the attributes of an allocation where memory is
 * encrypted, on revisions that ask for it.
 */
unsigned long dmd_shared_attr(struct device *dev);

/* swiotlb_alloc(): *page is NULL when it finds no memory. */
int dmd_swiotlb_alloc(struct device *dev, size_t size, struct page **page);

/* swiotlb_free(), only for what dmd_swiotlb_alloc() gave. */
bool dmd_swiotlb_free(struct device *dev, struct page *page, size_t size);

#endif
