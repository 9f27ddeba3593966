/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmalloc and its names through the years. Objects come one after another from
 * a zone above RAM, are never reused, and are poisoned when freed, so that a
 * use after free reads garbage that is the same on every run.
 */
#include "services.h"
#include "kernel_constants.h"

#include <string.h>

#define OBJECT_ALIGN 64
#define MAGIC_LIVE 0x6c6976656f626a00ull
#define MAGIC_FREE 0x667265656f626a00ull
#define POISON_NEW 0x5a
#define POISON_FREE 0x6b

struct object {
	uint64_t magic;
	uint64_t bytes;
	uint8_t padding[OBJECT_ALIGN - 16];
};

static uint8_t *zone;
static uint64_t zone_used;
static uint64_t fail_countdown;

/* Inline kmalloc() passes an entry of it on, and we ignore which. */
void *kmalloc_caches[4096];

void dmd_fail_allocation(uint64_t nth)
{
	fail_countdown = nth;
}

int dmd_allocation_fails(void)
{
	return fail_countdown && !--fail_countdown;
}

void dmd_slab_reset(void *memory)
{
	zone = memory;
	zone_used = 0;
	fail_countdown = 0;
}

static void *allocate(size_t bytes, uint32_t gfp)
{
	struct object *object = (struct object *)(zone + zone_used);
	uint64_t need = sizeof(*object) +
			((bytes + OBJECT_ALIGN - 1) & ~(OBJECT_ALIGN - 1ull));

	if (dmd_allocation_fails())
		return NULL;
	if (need < bytes || need > DMD_SLAB_BYTES - zone_used)
		return NULL;
	zone_used += need;
	object->magic = MAGIC_LIVE;
	object->bytes = bytes;
	memset(object + 1, gfp & dmd_gfp_zero ? 0 : POISON_NEW, bytes);
	return object + 1;
}

void *__kmalloc(size_t bytes, uint32_t gfp)
{
	return allocate(bytes, gfp);
}

void *__kmalloc_noprof(size_t bytes, uint32_t gfp)
{
	return allocate(bytes, gfp);
}

void *kmalloc_trace(void *cache, uint32_t gfp, size_t bytes)
{
	(void)cache;
	return allocate(bytes, gfp);
}

void *__kmalloc_cache_noprof(void *cache, uint32_t gfp, size_t bytes)
{
	(void)cache;
	return allocate(bytes, gfp);
}

void kfree(const void *pointer)
{
	struct object *object = (struct object *)pointer - 1;

	if (!pointer)
		return;
	if ((uint8_t *)object < zone || (uint8_t *)object >= zone + zone_used)
		dmd_misuse("kfree of memory that is not from the slab");
	if (object->magic == MAGIC_FREE)
		dmd_misuse("double kfree");
	if (object->magic != MAGIC_LIVE)
		dmd_misuse("kfree inside of an object");
	object->magic = MAGIC_FREE;
	memset(object + 1, POISON_FREE, object->bytes);
}
