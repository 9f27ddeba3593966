/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/errno.h>
#include <linux/mm_types.h>

#include "arena.h"
#include "machine.h"
#include "objects.h"
#include "services.h"
#include "vmap.h"
#include "../mock_iommu/mock_iommu.h"

struct dmd_arena dmd_arena;

static u64 page_map_bytes(u64 memory_bytes)
{
	return (memory_bytes >> PAGE_SHIFT) * sizeof(struct page);
}

/* Memory that reads as zeros: what there is, or what there was not yet. */
static bool clean(void **base, u64 bytes)
{
	if (*base)
		dmd_host_zap(*base, bytes);
	else
		*base = dmd_host_map(bytes);
	return *base != NULL;
}

static void drop(void **base, u64 bytes)
{
	if (*base)
		dmd_host_unmap(*base, bytes);
	*base = NULL;
}

static void drop_ram(struct dmd_arena *arena)
{
	drop(&arena->ram, arena->ram_bytes);
	drop(&arena->page_map, page_map_bytes(arena->ram_bytes));
	drop(&arena->page_states, arena->ram_bytes >> PAGE_SHIFT);
	drop(&arena->behind_caches, arena->ram_bytes);
}

/* What only some configurations need. */
static bool clean_chosen(struct dmd_arena *arena)
{
	if (IS_ENABLED(CONFIG_ARCH_HAS_MEM_ENCRYPT) &&
	    !clean(&arena->page_states, arena->ram_bytes >> PAGE_SHIFT))
		return false;
	return !IS_ENABLED(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) ||
	       clean(&arena->behind_caches, arena->ram_bytes);
}

/* The addresses may be anything's from now on. */
static void forget_objects(const struct dmd_arena *arena)
{
	dmd_unpoison((u64)arena->ram, arena->ram_bytes);
	dmd_unpoison((u64)arena->slab, DMD_SLAB_BYTES);
}

/* Takes back every view, and memory that can be seen through one. */
static void drop_views(const struct dmd_arena *arena)
{
	u64 used = dmd_vmap_used();

	if (!used)
		return;
	dmd_host_hide(arena->views, used);
	dmd_host_renew(arena->ram, arena->ram_bytes);
	if (arena->behind_caches)
		dmd_host_renew(arena->behind_caches, arena->ram_bytes);
}

int dmd_arena_power_off(u64 memory_bytes)
{
	/* A copy, as the restore undoes what this library knows of the host. */
	struct dmd_arena arena = dmd_arena;
	bool complete;

	if (!arena.snapshot)
		arena.snapshot = dmd_host_snapshot(&dmd_arena);
	if (!arena.snapshot)
		return -ENOMEM;
	forget_objects(&arena);
	drop_views(&arena);
	dmd_host_restore(arena.snapshot);

	if (arena.ram_bytes != memory_bytes)
		drop_ram(&arena);
	arena.ram_bytes = memory_bytes;
	if (!arena.views)
		arena.views = dmd_host_reserve(DMD_VMAP_BYTES);
	complete = arena.views && clean(&arena.ram, memory_bytes) &&
		   clean(&arena.page_map, page_map_bytes(memory_bytes)) &&
		   clean_chosen(&arena) &&
		   clean(&arena.state, sizeof(struct dmd_state)) &&
		   clean(&arena.slab, DMD_SLAB_BYTES) &&
		   clean(&arena.iommu, DMD_IOMMU_BYTES) &&
		   clean(&arena.log, DMD_LOG_BYTES);
	dmd_arena = arena;
	return complete ? 0 : -ENOMEM;
}

/* A field of any structure lies nearer to NULL than this. */
#define NULL_ZONE_BYTES 65536

static bool inside(u64 address, const void *base, u64 bytes)
{
	return base && address - (unsigned long)base < bytes;
}

enum dmd_fault dmd_arena_explain(u64 *address)
{
	u64 at = *address;

	if (at < NULL_ZONE_BYTES)
		return DMD_FAULT_NULL;
	if (inside(at, dmd_arena.ram, dmd_arena.ram_bytes)) {
		*address = at - (unsigned long)dmd_arena.ram;
		return DMD_FAULT_MEMORY;
	}
	*address = 0;
	return inside(at, dmd_arena.slab, DMD_SLAB_BYTES) ? DMD_FAULT_SLAB
							  : DMD_FAULT_WILD;
}

void dmd_arena_release(void)
{
	forget_objects(&dmd_arena);
	drop_ram(&dmd_arena);
	drop(&dmd_arena.state, sizeof(struct dmd_state));
	drop(&dmd_arena.slab, DMD_SLAB_BYTES);
	drop(&dmd_arena.iommu, DMD_IOMMU_BYTES);
	drop(&dmd_arena.log, DMD_LOG_BYTES);
	drop(&dmd_arena.views, DMD_VMAP_BYTES);
	if (dmd_arena.snapshot)
		dmd_host_forget(dmd_arena.snapshot);
	dmd_arena.snapshot = NULL;
}
