/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Caches of objects of one size. Unlike kmalloc's, objects are used again, as a
 * tree of thousands of nodes is made of them: so who frees one twice, gives it
 * to another cache or writes to one that is free is told by what is kept before
 * each object, and by the poison in free ones.
 */
#include "services.h"
#include "kernel_constants.h"
#include "kmem_cache.h"
#include "leaks.h"
#include "objects.h"

#include <string.h>

#define MAX_CACHES 32
#define CHUNK_BYTES 65536ull
#define OBJECT_ALIGN 16
#define POISON_NEW 0x5a
#define POISON_FREE 0x6b6b6b6b6b6b6b6bull

enum object_state { OBJECT_LIVE = 0x6c697665, OBJECT_FREE = 0x66726565 };

/* Stands before each object. */
struct object {
	struct object *next; /* of the free ones */
	struct kmem_cache *cache;
	uint64_t state; /* enum object_state */
	uint64_t caller;
	struct object *before; /* of all of the cache */
	uint64_t padding;
};

struct kmem_cache {
	const char *name; /* NULL: unused */
	struct object *free;
	struct object *newest;
	uint8_t *chunk;
	uint64_t chunk_left;
	uint64_t bytes; /* of an object, a multiple of a word */
	uint64_t live;
	void (*make)(void *object); /* its constructor, or NULL */
};

static struct kmem_cache caches[MAX_CACHES];

static uint64_t round_up_to(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

struct kmem_cache *dmd_cache_create(const char *name, uint64_t bytes)
{
	for (unsigned int i = 0; i < MAX_CACHES; i++) {
		if (caches[i].name)
			continue;
		caches[i] = (struct kmem_cache){
			.name = name,
			.bytes = round_up_to(bytes, sizeof(uint64_t)),
		};
		return &caches[i];
	}
	dmd_misuse("too many caches");
}

static struct kmem_cache *create(const char *name, unsigned int bytes,
				 void (*make)(void *))
{
	struct kmem_cache *cache = dmd_cache_create(name, bytes);

	cache->make = make;
	return cache;
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int bytes,
				     unsigned int align, unsigned int flags,
				     void (*ctor)(void *))
{
	(void)align;
	(void)flags;
	return create(name, bytes, ctor);
}

/* Of the arguments, only the constructor has an effect here. */
struct kmem_cache *__kmem_cache_create_args(const char *name,
					    unsigned int bytes, void *args,
					    unsigned int flags)
{
	(void)flags;
	return create(name, bytes, dmd_cache_constructor(args));
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	if (!cache)
		return;
	if (!cache->name)
		dmd_misuse("kmem_cache_destroy of no cache");
	if (cache->live)
		dmd_misuse("kmem_cache_destroy: while objects are in use");
	*cache = (struct kmem_cache){0};
}

static struct object *new_object(struct kmem_cache *cache)
{
	uint64_t span =
		round_up_to(sizeof(struct object) + cache->bytes, OBJECT_ALIGN);
	struct object *object;

	if (cache->chunk_left < span) {
		cache->chunk = dmd_slab_take(CHUNK_BYTES + span);
		cache->chunk_left = cache->chunk ? CHUNK_BYTES + span : 0;
		if (!cache->chunk)
			return NULL;
	}
	object = (struct object *)cache->chunk;
	cache->chunk += span;
	cache->chunk_left -= span;
	object->cache = cache;
	object->before = cache->newest;
	cache->newest = object;
	dmd_poison((uint64_t)object, span);
	return object;
}

static struct object *used_object(struct kmem_cache *cache)
{
	struct object *object = cache->free;
	const uint64_t *words = (const uint64_t *)(object + 1);

	cache->free = object->next;
	for (uint64_t i = 0; i < cache->bytes / sizeof(*words); i++)
		if (words[i] != POISON_FREE)
			dmd_misuse("an object was written to after its free");
	return object;
}

static void *allocate(struct kmem_cache *cache, uint32_t gfp, uint64_t caller)
{
	struct object *object;

	if (dmd_is_kmalloc_cache(cache))
		return dmd_kmalloc_from(cache, gfp, caller);
	if (!cache || !cache->name)
		dmd_misuse("kmem_cache_alloc from no cache");
	if (dmd_allocation_fails())
		return NULL;
	object = cache->free ? used_object(cache) : new_object(cache);
	if (!object)
		return NULL;
	object->state = OBJECT_LIVE;
	object->caller = caller;
	cache->live++;
	dmd_object_taken(DMD_OBJECT_SLAB, (uint64_t)(object + 1), cache->bytes,
			 caller);
	memset(object + 1, gfp & dmd_gfp_zero ? 0 : POISON_NEW, cache->bytes);
	if (cache->make)
		cache->make(object + 1);
	return object + 1;
}

void *kmem_cache_alloc(struct kmem_cache *cache, uint32_t gfp)
{
	return allocate(cache, gfp, dmd_caller());
}

void *kmem_cache_alloc_noprof(struct kmem_cache *cache, uint32_t gfp)
{
	return allocate(cache, gfp, dmd_caller());
}

void kmem_cache_free(struct kmem_cache *cache, void *pointer)
{
	struct object *object = (struct object *)pointer - 1;
	uint64_t *words = pointer;

	if (!pointer)
		dmd_misuse("kmem_cache_free: of NULL");
	if (!dmd_slab_holds(object))
		dmd_misuse("kmem_cache_free: of memory from elsewhere");
	if (object->state == OBJECT_FREE)
		dmd_misuse("kmem_cache_free: of a free object");
	if (object->state != OBJECT_LIVE || object->cache != cache)
		dmd_misuse("kmem_cache_free: into another cache");
	object->state = OBJECT_FREE;
	for (uint64_t i = 0; i < cache->bytes / sizeof(*words); i++)
		words[i] = POISON_FREE;
	dmd_object_freed((uint64_t)pointer, cache->bytes, dmd_caller());
	object->next = cache->free;
	cache->free = object;
	cache->live--;
}

uint64_t dmd_cache_live(const char *name)
{
	for (unsigned int i = 0; i < MAX_CACHES; i++)
		if (caches[i].name && !strcmp(caches[i].name, name))
			return caches[i].live;
	return 0;
}

void dmd_cache_each(dmd_object_visitor visit, void *context)
{
	for (unsigned int i = 0; i < MAX_CACHES; i++)
		for (struct object *object = caches[i].newest;
		     object && dmd_slab_holds(object); object = object->before)
			if (object->state == OBJECT_LIVE)
				visit(context, (uint64_t)(object + 1),
				      caches[i].bytes, object->caller);
}
