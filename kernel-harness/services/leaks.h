/* SPDX-License-Identifier: GPL-2.0-only */
/* What there is to look at for memory that nothing points to. */
#ifndef DMD_LEAKS_H
#define DMD_LEAKS_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

typedef void (*dmd_object_visitor)(void *context, uint64_t start,
				   uint64_t bytes, uint64_t caller);

/* Each object in use, the newest first: of kmalloc() and its like, and of all
 * caches. */
void dmd_slab_each(dmd_object_visitor visit, void *context);
void dmd_cache_each(dmd_object_visitor visit, void *context);

/* Where all of them lie. */
uint64_t dmd_slab_zone(uint64_t *end);

/* Per-CPU memory of all CPUs. */
uint64_t dmd_percpu_memory(uint64_t *bytes);

#endif
