/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_KMEM_CACHE_H
#define DMD_KMEM_CACHE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

struct kmem_cache;

struct kmem_cache *dmd_cache_create(const char *name, uint64_t bytes);

/* The constructor in a struct kmem_cache_args, or NULL. */
void (*dmd_cache_constructor(const void *args))(void *object);

/* Objects in use of the cache of that name; 0 when there is none. */
uint64_t dmd_cache_live(const char *name);

#endif
