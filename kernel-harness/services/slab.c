/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmalloc and its names through the years. Every object ends at a page that
 * cannot be touched, and none is used twice: an access past the end of one, or
 * to one that was freed, is a crash at the instruction that does it.
 */
#include "services.h"
#include "dmd_host.h"
#include "kernel_constants.h"
#include "leaks.h"
#include "objects.h"

#include <string.h>

#define OBJECT_ALIGN 8
#define GUARD_BYTES 4096ull
#define MAGIC 0x6c6976656f626a00ull
#define POISON_NEW 0x5a

/* Stands before each object; its page cannot be touched once that is freed. */
struct object {
	uint64_t magic;
	uint64_t bytes;
	uint64_t caller;
	struct object *before; /* of those in use */
	struct object *after;
	uint64_t padding;
};

static struct object *newest;

static uint8_t *zone;
static uint64_t zone_used;
static uint64_t fail_countdown;

/* Inline kmalloc() passes an entry of it on; old kernels nothing else, so that
 * it tells the size: each points to the one of kmalloc_kinds with its index. */
void *kmalloc_caches[4096];
static const uint8_t kmalloc_kinds[64];

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
	newest = NULL;
	fail_countdown = 0;
	for (unsigned int i = 0;
	     i < sizeof(kmalloc_caches) / sizeof(kmalloc_caches[0]); i++)
		kmalloc_caches[i] =
			(void *)&kmalloc_kinds[i % dmd_kmalloc_kinds];
}

int dmd_slab_holds(const void *address)
{
	return (const uint8_t *)address >= zone &&
	       (const uint8_t *)address < zone + zone_used;
}

static uint64_t round_up_to(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

void *dmd_slab_take(uint64_t bytes)
{
	uint64_t start = zone_used;

	bytes = round_up_to(bytes, GUARD_BYTES);
	if (bytes > DMD_SLAB_BYTES - zone_used)
		return NULL;
	zone_used += bytes;
	return zone + start;
}

void *dmd_slab_allocate(uint64_t bytes, uint32_t gfp, uint64_t caller)
{
	uint64_t object_bytes = round_up_to(bytes, OBJECT_ALIGN);
	uint64_t span =
		round_up_to(sizeof(struct object) + object_bytes, GUARD_BYTES);
	struct object *object;
	uint8_t *guard;

	if (dmd_allocation_fails())
		return NULL;
	if (span < bytes || span + GUARD_BYTES > DMD_SLAB_BYTES - zone_used)
		return NULL;
	guard = zone + zone_used + span;
	zone_used += span + GUARD_BYTES;
	dmd_host_protect(guard, GUARD_BYTES);
	object = (struct object *)(guard - object_bytes) - 1;
	object->magic = MAGIC;
	object->bytes = object_bytes;
	object->caller = caller;
	object->before = newest;
	object->after = NULL;
	if (newest)
		newest->after = object;
	newest = object;
	memset(object + 1, gfp & dmd_gfp_zero ? 0 : POISON_NEW, object_bytes);
	dmd_poison((uint64_t)guard - span, span + GUARD_BYTES);
	dmd_object_taken(DMD_OBJECT_SLAB, (uint64_t)(object + 1), bytes,
			 caller);
	return object + 1;
}

static void unlink_object(const struct object *object)
{
	if (object->before)
		object->before->after = object->after;
	if (object->after)
		object->after->before = object->before;
	else
		newest = object->before;
}

void dmd_slab_each(dmd_object_visitor visit, void *context)
{
	/* Whatever the kernel wrote over a header, the walk stays inside. */
	for (struct object *object = newest;
	     object && dmd_slab_holds(object) && object->magic == MAGIC;
	     object = object->before)
		visit(context, (uint64_t)(object + 1), object->bytes,
		      object->caller);
}

uint64_t dmd_slab_zone(uint64_t *end)
{
	*end = (uint64_t)(zone + zone_used);
	return (uint64_t)zone;
}

int dmd_is_kmalloc_cache(const void *cache)
{
	return (const uint8_t *)cache >= kmalloc_kinds &&
	       (const uint8_t *)cache < kmalloc_kinds + sizeof(kmalloc_kinds);
}

void *dmd_kmalloc_from(const void *cache, uint32_t gfp, uint64_t caller)
{
	uint64_t kind = (uint64_t)((const uint8_t *)cache - kmalloc_kinds);

	return dmd_slab_allocate(kind == 1   ? 96
				 : kind == 2 ? 192
					     : 1ull << kind,
				 gfp, caller);
}

void *__kmalloc(size_t bytes, uint32_t gfp)
{
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *__kmalloc_noprof(size_t bytes, uint32_t gfp)
{
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

/* What comes after the flags differs, and does not matter here. */
void *__kmalloc_track_caller(size_t bytes, uint32_t gfp)
{
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *__kmalloc_node_track_caller(size_t bytes, uint32_t gfp)
{
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *__kmalloc_node_track_caller_noprof(size_t bytes, uint32_t gfp)
{
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *kmalloc_trace(void *cache, uint32_t gfp, size_t bytes)
{
	(void)cache;
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *__kmalloc_cache_noprof(void *cache, uint32_t gfp, size_t bytes)
{
	(void)cache;
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *__kmalloc_node(size_t bytes, uint32_t gfp, int node)
{
	(void)node;
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

/* Pages that need not lie together are as good as any. */
void *kvmalloc_node(size_t bytes, uint32_t gfp, int node)
{
	(void)node;
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *__kmalloc_node_noprof(size_t bytes, uint32_t gfp, int node)
{
	(void)node;
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *kmalloc_node_trace(void *cache, uint32_t gfp, int node, size_t bytes)
{
	(void)cache;
	(void)node;
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *__kmalloc_cache_node_noprof(void *cache, uint32_t gfp, int node,
				  size_t bytes)
{
	(void)cache;
	(void)node;
	return dmd_slab_allocate(bytes, gfp, dmd_caller());
}

void *vzalloc_node(size_t bytes, int node)
{
	(void)node;
	return dmd_slab_allocate(bytes, dmd_gfp_zero, dmd_caller());
}

void *vzalloc_node_noprof(size_t bytes, int node)
{
	(void)node;
	return dmd_slab_allocate(bytes, dmd_gfp_zero, dmd_caller());
}

void kfree(const void *pointer)
{
	struct object *object = (struct object *)pointer - 1;
	uint8_t *start;

	if (!pointer)
		return;
	if (!dmd_slab_holds(object))
		dmd_misuse("kfree of memory that is not from the slab");
	if (object->magic != MAGIC)
		dmd_misuse("kfree inside of an object");
	dmd_object_freed((uint64_t)pointer, object->bytes, dmd_caller());
	unlink_object(object);
	start = (uint8_t *)object;
	start -= (uint64_t)start % GUARD_BYTES;
	dmd_host_protect(start, (uint64_t)((uint8_t *)(object + 1) +
					   object->bytes - start));
}

void vfree(const void *pointer)
{
	kfree(pointer);
}

void kvfree(const void *pointer)
{
	kfree(pointer);
}

void kfree_const(const void *pointer)
{
	kfree(pointer);
}
