/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pools come and go (SWIOTLB_DYNAMIC): those for everybody are on a list of
 * struct io_tlb_mem, the transient ones on a list of their device.
 */
#ifndef DMD_SWIOTLB_POOLS_LIST_H
#define DMD_SWIOTLB_POOLS_LIST_H

struct view_cursor {
	struct io_tlb_mem *mem;
	uint32_t device; /* of a transient pool, or DMD_NONE */
	bool started;
	struct list_head *head;
	struct list_head *at;
};

/* The list after the one that ended, or NULL. One that nobody initialised, as
 * its mem has no pools, is empty. */
static inline struct list_head *view_next_list(struct view_cursor *cursor)
{
	uint32_t next = cursor->device + 1;

	if (!cursor->started) {
		cursor->started = true;
		cursor->device = DMD_NONE;
		return &cursor->mem->pools;
	}
	for (; next < dmd_state->device_count; next++) {
		struct device *dev = dmd_device(next);

		cursor->device = next;
		if (dev->dma_io_tlb_mem == cursor->mem)
			return &dev->dma_io_tlb_pools;
	}
	return NULL;
}

static inline view_pool *view_next(struct view_cursor *cursor)
{
	if (!cursor->mem)
		return NULL;
	for (;;) {
		if (cursor->head) {
			cursor->at = cursor->at->next;
			if (cursor->at && cursor->at != cursor->head)
				return list_entry(cursor->at,
						  struct io_tlb_pool, node);
		}
		cursor->head = cursor->at = view_next_list(cursor);
		if (!cursor->head)
			return NULL;
	}
}

#endif
