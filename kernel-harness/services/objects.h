/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which memory the kernel may touch. In a sanitized build, whatever was not
 * given out is poisoned, and who took and freed it is remembered for reports;
 * in any other, all of this is nothing.
 */
#ifndef DMD_OBJECTS_H
#define DMD_OBJECTS_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

#include "dmadiff_abi.h"

/* Something that was given out. Addresses are the host's. */
struct dmd_object {
	uint64_t start;
	uint64_t bytes;
	uint64_t allocated_at; /* return address; 0 if unknown */
	uint64_t freed_at;
	uint32_t kind; /* enum dmd_object_kind */
	uint32_t is_freed;
};

/* The call that led into the function this is used in. */
#define dmd_caller() ((uint64_t)__builtin_return_address(0))

#ifdef DMD_SANITIZE
void dmd_object_taken(uint32_t kind, uint64_t start, uint64_t bytes,
		      uint64_t caller);
void dmd_object_freed(uint64_t start, uint64_t bytes, uint64_t caller);

/* Nobody may touch these bytes, or anybody. */
void dmd_poison(uint64_t start, uint64_t bytes);
void dmd_unpoison(uint64_t start, uint64_t bytes);

/* As if the kernel touched every byte. */
void dmd_touch(uint64_t start, uint64_t bytes);

/* The object that an address is in, or else the one it is nearest to. Returns
 * 0 when there is none. */
__attribute__((visibility("default"))) uint32_t
dmd_find_object(uint64_t address, struct dmd_object *object);
#else
static inline void dmd_object_taken(uint32_t kind, uint64_t start,
				    uint64_t bytes, uint64_t caller)
{
	(void)kind, (void)start, (void)bytes, (void)caller;
}

static inline void dmd_object_freed(uint64_t start, uint64_t bytes,
				    uint64_t caller)
{
	(void)start, (void)bytes, (void)caller;
}

static inline void dmd_poison(uint64_t start, uint64_t bytes)
{
	(void)start, (void)bytes;
}

static inline void dmd_unpoison(uint64_t start, uint64_t bytes)
{
	(void)start, (void)bytes;
}

static inline void dmd_touch(uint64_t start, uint64_t bytes)
{
	(void)start, (void)bytes;
}
#endif

#endif
