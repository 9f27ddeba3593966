/* SPDX-License-Identifier: GPL-2.0-only */
/* Slots and areas are in struct io_tlb_mem itself. */
#ifndef DMD_SWIOTLB_SHAPE_MEM_H
#define DMD_SWIOTLB_SHAPE_MEM_H

typedef struct io_tlb_mem view_pool;

static inline view_pool *pool_of(struct io_tlb_mem *mem)
{
	return mem;
}

#include "swiotlb_shape_struct.h"

#endif
