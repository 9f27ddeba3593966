/* SPDX-License-Identifier: GPL-2.0-only */
/* The host memory that a machine lives in. */
#ifndef DMD_ARENA_H
#define DMD_ARENA_H

#include <linux/types.h>

#include "dmadiff_abi.h"

struct dmd_arena {
	void *snapshot; /* of this library's data as it was when loaded */
	void *ram;
	void *page_map; /* struct page for every page of ram */
	void *state;	/* struct dmd_state */
	void *slab;
	void *iommu; /* page tables and IOTLB */
	void *log;
	void *page_states;   /* a byte for each page, with encryption */
	void *behind_caches; /* RAM once more, as devices see it that bypass the
				caches, where there are such */
	void *views;	     /* addresses for pages that are mapped elsewhere */
	u64 ram_bytes;
};

extern struct dmd_arena dmd_arena;

/*
 * Brings the library's data, and with it every variable of the kernel, back to
 * what it was when loaded, and clears all memory. Returns 0 or -ENOMEM.
 */
int dmd_arena_power_off(u64 memory_bytes);

/* What the host address of a fault means; *address becomes the machine's, or 0.
 */
enum dmd_fault dmd_arena_explain(u64 *address);

/* Gives everything back to the host. */
void dmd_arena_release(void);

#endif
