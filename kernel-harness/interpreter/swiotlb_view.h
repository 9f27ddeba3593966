/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of swiotlb.c, in terms that are the same for every revision. */
#ifndef DMD_SWIOTLB_VIEW_H
#define DMD_SWIOTLB_VIEW_H

#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/types.h>

#include "dmadiff_abi.h"
#include "digest.h"

struct io_tlb_mem;

/* Stands for the default pool; never NULL, even when there is none. */
struct io_tlb_mem *dmd_swiotlb_default(void);

/* The pool that the device uses, or NULL. */
struct io_tlb_mem *dmd_swiotlb_of_device(struct device *dev);

/* True when address lies in the pool. */
bool dmd_swiotlb_contains(struct io_tlb_mem *mem, phys_addr_t address);

/* Fills used and hiwater. mem may be NULL or empty. */
void dmd_swiotlb_account(struct io_tlb_mem *mem, struct dmd_result *result);

/* Fills area, area_used, area_index and slot_digest for [address, + size),
 * which starts inside. */
void dmd_swiotlb_touch(struct io_tlb_mem *mem, phys_addr_t address,
		       uint64_t size, struct dmd_result *result);

/* Adds all slots, or all areas, to a digest. */
uint64_t dmd_swiotlb_digest_slots(struct io_tlb_mem *mem, uint64_t before);
uint64_t dmd_swiotlb_digest_areas(struct io_tlb_mem *mem, uint64_t before);

/* For reports; see the functions of the same names in dmadiff_abi.h. */
uint32_t dmd_swiotlb_read_pool(uint32_t number, struct dmd_pool_state *state);
uint32_t dmd_swiotlb_read_areas(uint32_t number, struct dmd_area_state *areas,
				uint32_t capacity);
uint32_t dmd_swiotlb_read_slots(uint32_t number, uint64_t first,
				struct dmd_slot_state *slots,
				uint32_t capacity);

#endif
