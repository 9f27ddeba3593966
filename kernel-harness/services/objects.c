/* SPDX-License-Identifier: GPL-2.0-only */
#include "objects.h"

#ifdef DMD_SANITIZE
#include <stddef.h>

/* Beyond these nothing is remembered, and reports are short. */
#define MAX_OBJECTS 4096
/* An address farther away from an object has nothing to do with it. */
#define NEAR_BYTES 65536

void __asan_poison_memory_region(const volatile void *start, size_t bytes);
void __asan_unpoison_memory_region(const volatile void *start, size_t bytes);
void __asan_storeN(uint64_t start, size_t bytes);

static struct dmd_object objects[MAX_OBJECTS];
static uint32_t object_count;

void dmd_poison(uint64_t start, uint64_t bytes)
{
	__asan_poison_memory_region((void *)start, bytes);
}

void dmd_unpoison(uint64_t start, uint64_t bytes)
{
	__asan_unpoison_memory_region((void *)start, bytes);
}

void dmd_touch(uint64_t start, uint64_t bytes)
{
	__asan_storeN(start, bytes);
}

/* A record for an object that begins at start: what was there before counts no
 * more. */
static struct dmd_object *record_of(uint64_t start)
{
	for (uint32_t i = 0; i < object_count; i++)
		if (objects[i].start == start)
			return &objects[i];
	return object_count < MAX_OBJECTS ? &objects[object_count++] : NULL;
}

void dmd_object_taken(uint32_t kind, uint64_t start, uint64_t bytes,
		      uint64_t caller)
{
	struct dmd_object *object = record_of(start);

	dmd_unpoison(start, bytes);
	if (object)
		*object = (struct dmd_object){
			.start = start,
			.bytes = bytes,
			.allocated_at = caller,
			.kind = kind,
		};
}

void dmd_object_freed(uint64_t start, uint64_t bytes, uint64_t caller)
{
	struct dmd_object *object = record_of(start);

	dmd_poison(start, bytes);
	if (!object)
		return;
	object->start = start;
	object->bytes = bytes;
	object->is_freed = 1;
	object->freed_at = caller;
}

static uint64_t distance(const struct dmd_object *object, uint64_t address)
{
	if (address < object->start)
		return object->start - address;
	if (address - object->start < object->bytes)
		return 0;
	return address - object->start - object->bytes;
}

uint32_t dmd_find_object(uint64_t address, struct dmd_object *object)
{
	uint64_t nearest = NEAR_BYTES;
	uint32_t found = 0;

	/* The newest first: memory is given out again. */
	for (uint32_t i = object_count; i-- > 0;) {
		uint64_t away = distance(&objects[i], address);
		int inside = address - objects[i].start < objects[i].bytes;

		if (inside) {
			*object = objects[i];
			return 1;
		}
		if (away < nearest && !objects[i].is_freed) {
			nearest = away;
			*object = objects[i];
			found = 1;
		}
	}
	return found;
}
#endif
