/* SPDX-License-Identifier: GPL-2.0-only */
/* The one allocator of physical memory, SPEC.md "Memory". */
#ifndef DMD_REGION_MAP_H
#define DMD_REGION_MAP_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/* Starts over: RAM is [0, memory_bytes), its first MiB is taken. Only what is
 * asked for by address lies at low_end or above. */
void dmd_regions_reset(uint64_t memory_bytes, uint64_t low_end);

/* Takes in [floor, limit). Returns the address, or DMD_NO_ADDRESS. align 0
 * means 1. */
uint64_t dmd_regions_take(uint64_t bytes, uint64_t align, uint64_t floor,
			  uint64_t limit);

/* Returns 0, -EBUSY or -EINVAL. */
int dmd_regions_reserve(uint64_t base, uint64_t bytes);

/* What one call took is given back piece by piece from now on. */
void dmd_regions_split(uint64_t base, uint64_t bytes, uint64_t piece);

/* Gives back what one call took, or a piece; anything else is misuse. */
void dmd_regions_free(uint64_t base, uint64_t bytes);

#endif
