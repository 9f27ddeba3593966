/* SPDX-License-Identifier: GPL-2.0-only */
/* A struct io_tlb_mem has the one pool that it was made with. */
#ifndef DMD_SWIOTLB_POOLS_ONE_H
#define DMD_SWIOTLB_POOLS_ONE_H

struct view_cursor {
	struct io_tlb_mem *mem;
	uint32_t device; /* of a transient pool, or DMD_NONE */
	bool done;
};

static inline view_pool *view_next(struct view_cursor *cursor)
{
	if (cursor->done || !cursor->mem ||
	    !view_has_slots(pool_of(cursor->mem)))
		return NULL;
	cursor->done = true;
	cursor->device = DMD_NONE;
	return pool_of(cursor->mem);
}

#endif
