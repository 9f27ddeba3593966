/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Per-CPU memory: each CPU has a unit, an allocation has the same offset in all
 * of them, and that offset is the pointer that is handed out. Followed without
 * a CPU's base it is an access near NULL.
 */
#include "services.h"
#include "leaks.h"
#include "percpu.h"
#include "objects.h"

#include <string.h>

#define UNIT_BYTES (256ull << 10)
#define MAX_CPUS 128
#define MAX_ALLOCATIONS 4096
#define CACHE_LINE 64

struct allocation {
	uint64_t offset;
	uint64_t bytes;
	int live;
};

unsigned long __per_cpu_offset[MAX_CPUS];

static struct allocation allocations[MAX_ALLOCATIONS];
static unsigned int allocation_count;
static uint64_t unit_used = CACHE_LINE; /* offset 0 would be NULL */
static uint8_t *units;

static int ensure_units(void)
{
	if (units)
		return 1;
	units = dmd_slab_take(UNIT_BYTES * nr_cpu_ids);
	if (units)
		dmd_poison((uint64_t)units, UNIT_BYTES * nr_cpu_ids);
	for (unsigned int cpu = 0; units && cpu < nr_cpu_ids; cpu++)
		__per_cpu_offset[cpu] =
			(unsigned long)(units + cpu * UNIT_BYTES);
	return units != NULL;
}

static struct allocation *find_room(uint64_t bytes)
{
	struct allocation *found;

	for (unsigned int i = 0; i < allocation_count; i++)
		if (!allocations[i].live && allocations[i].bytes == bytes)
			return &allocations[i];
	if (allocation_count == MAX_ALLOCATIONS ||
	    bytes > UNIT_BYTES - unit_used)
		return NULL;
	found = &allocations[allocation_count++];
	found->offset = unit_used;
	found->bytes = bytes;
	unit_used += bytes;
	return found;
}

static uint8_t *at_cpu(const struct allocation *allocation, unsigned int cpu)
{
	return units + cpu * UNIT_BYTES + allocation->offset;
}

static void *allocate(uint64_t bytes, uint64_t caller)
{
	struct allocation *found;

	if (dmd_allocation_fails() || !bytes || bytes > UNIT_BYTES ||
	    !ensure_units())
		return NULL;
	found = find_room((bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
	if (!found)
		return NULL;
	found->live = 1;
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		dmd_unpoison((uint64_t)at_cpu(found, cpu), found->bytes);
		memset(at_cpu(found, cpu), 0, found->bytes);
		dmd_poison((uint64_t)at_cpu(found, cpu), found->bytes);
		dmd_object_taken(DMD_OBJECT_PERCPU,
				 (uint64_t)at_cpu(found, cpu), bytes, caller);
	}
	return (void *)found->offset;
}

void *__alloc_percpu(size_t bytes, size_t align)
{
	(void)align;
	return allocate(bytes, dmd_caller());
}

void *__alloc_percpu_gfp(size_t bytes, size_t align, uint32_t gfp)
{
	(void)align;
	(void)gfp;
	return allocate(bytes, dmd_caller());
}

void *pcpu_alloc_noprof(size_t bytes, size_t align, _Bool reserved,
			uint32_t gfp)
{
	(void)align;
	(void)reserved;
	(void)gfp;
	return allocate(bytes, dmd_caller());
}

static void forget(const struct allocation *allocation, uint64_t caller)
{
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++)
		dmd_object_freed((uint64_t)at_cpu(allocation, cpu),
				 allocation->bytes, caller);
}

void free_percpu(void *pointer)
{
	if (!pointer)
		return;
	for (unsigned int i = 0; i < allocation_count; i++)
		if (allocations[i].live &&
		    allocations[i].offset == (uint64_t)pointer) {
			allocations[i].live = 0;
			forget(&allocations[i], dmd_caller());
			return;
		}
	dmd_misuse("free_percpu of what is not allocated");
}

uint64_t dmd_percpu_memory(uint64_t *bytes)
{
	*bytes = units ? UNIT_BYTES * nr_cpu_ids : 0;
	return (uint64_t)units;
}
