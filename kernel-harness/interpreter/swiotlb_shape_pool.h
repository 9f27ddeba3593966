/* SPDX-License-Identifier: GPL-2.0-only */
/* Slots and areas are in the pool that struct io_tlb_mem starts with. */
#ifndef DMD_SWIOTLB_SHAPE_POOL_H
#define DMD_SWIOTLB_SHAPE_POOL_H

typedef struct io_tlb_pool view_pool;

static inline view_pool *pool_of(struct io_tlb_mem *mem)
{
	return &mem->defpool;
}

#include "swiotlb_shape_struct.h"

#endif
