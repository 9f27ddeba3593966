/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compiles the tree's swiotlb.c, and looks inside. It is included because its
 * slots and, on newer revisions, its default pool are private to it.
 */
#include "kernel/dma/swiotlb.c"

#include "machine.h"
#include "swiotlb_view.h"
#include "dmd_features.h"

/* Slots before and after a range that its digest takes in, and at most. */
#define WINDOW_SLOTS 4
#define LARGEST_WINDOW 256

#if defined(DMD_HAVE_IO_TLB_POOL)
#include "swiotlb_shape_pool.h"
#elif defined(DMD_HAVE_IO_TLB_MEM)
#include "swiotlb_shape_mem.h"
#else
#include "swiotlb_shape_globals.h"
#endif

#if defined(DMD_HAVE_IO_TLB_POOL) && defined(CONFIG_SWIOTLB_DYNAMIC)
#include "swiotlb_pools_list.h"
#else
#include "swiotlb_pools_one.h"
#endif

/* Each pool that mem has now. */
#define for_each_view(pool, cursor, of)                                        \
	for (cursor = (struct view_cursor){.mem = (of)};                       \
	     (pool = view_next(&cursor));)

struct io_tlb_mem *dmd_swiotlb_of_device(struct device *dev)
{
#ifdef DMD_HAVE_DEVICE_POOL
	return dev->dma_io_tlb_mem;
#else
	return dmd_swiotlb_default();
#endif
}

static view_pool *pool_at(struct io_tlb_mem *mem, phys_addr_t address)
{
	struct view_cursor cursor;
	view_pool *pool;

	for_each_view(pool, cursor,
		      mem) if (address >= view_start(pool) &&
			       address < view_end(pool)) return pool;
	return NULL;
}

bool dmd_swiotlb_contains(struct io_tlb_mem *mem, phys_addr_t address)
{
	return pool_at(mem, address);
}

static uint64_t sum_used(const view_pool *pool)
{
	uint64_t used = 0;

	for (unsigned int i = 0; i < view_areas(pool); i++)
		used += view_area_used(pool, i);
	return used;
}

void dmd_swiotlb_account(struct io_tlb_mem *mem, struct dmd_result *result)
{
	struct view_cursor cursor;
	view_pool *pool;
	bool any = false;

	for_each_view(pool, cursor, mem)
	{
		result->used += sum_used(pool);
		any = true;
	}
	if (any)
		result->hiwater += view_hiwater(mem);
}

static uint64_t digest_slots(const view_pool *pool, uint64_t first,
			     uint64_t end, uint64_t before)
{
	struct dmd_word_digest digest;

	dmd_words_begin(&digest, before);
	for (uint64_t i = first; i < end; i++) {
		dmd_words_add(
			&digest,
			view_orig_addr(pool, i) * DMD_K1 +
				view_alloc_size(pool, i) * DMD_K2 +
				(view_list(pool, i) |
				 (uint64_t)view_pad_slots(pool, i) << 32));
	}
	return dmd_words_end(&digest);
}

void dmd_swiotlb_touch(struct io_tlb_mem *mem, phys_addr_t address,
		       uint64_t size, struct dmd_result *result)
{
	const view_pool *pool = pool_at(mem, address);
	uint64_t offset = address - view_start(pool);
	uint64_t slot = offset >> IO_TLB_SHIFT;
	uint64_t first = slot > WINDOW_SLOTS ? slot - WINDOW_SLOTS : 0;
	uint64_t end = ((offset + size) >> IO_TLB_SHIFT) + 1 + WINDOW_SLOTS;
	uint64_t area = slot / view_area_slots(pool);

	end = min_t(uint64_t, end, first + LARGEST_WINDOW);
	end = min_t(uint64_t, end, view_slots(pool));
	result->slot_digest = digest_slots(pool, first, end, 0);
	if (area >= view_areas(pool))
		return;
	result->area = (uint32_t)area;
	result->area_used = (uint32_t)view_area_used(pool, area);
	result->area_index = view_area_index(pool, area);
}

uint64_t dmd_swiotlb_digest_slots(struct io_tlb_mem *mem, uint64_t before)
{
	struct view_cursor cursor;
	view_pool *pool;

	for_each_view(pool, cursor, mem) before =
		digest_slots(pool, 0, view_slots(pool), before);
	return before;
}

static uint64_t digest_areas(const view_pool *pool, uint64_t before)
{
	struct dmd_word_digest digest;

	dmd_words_begin(&digest, before);
	for (unsigned int i = 0; i < view_areas(pool); i++) {
		dmd_words_add(&digest, view_area_used(pool, i));
		dmd_words_add(&digest, view_area_index(pool, i));
	}
	return dmd_words_end(&digest);
}

uint64_t dmd_swiotlb_digest_areas(struct io_tlb_mem *mem, uint64_t before)
{
	struct view_cursor cursor;
	view_pool *pool;

	for_each_view(pool, cursor, mem) before = digest_areas(pool, before);
	return before;
}

/* A pool, with what it belongs to. */
struct place {
	view_pool *pool;
	struct io_tlb_mem *mem;
	uint32_t owner;
	uint32_t device;
};

/* Those that a mem was made with have the numbers of their declarations; the
 * others are counted from there. */
static bool find_place(uint32_t number, struct place *place)
{
	uint32_t later = dmd_state->pool_count;
	struct view_cursor cursor;

	for (uint32_t i = 0; i < dmd_state->pool_count; i++) {
		struct io_tlb_mem *mem = dmd_pool_mem(i);

		for_each_view(place->pool, cursor, mem)
		{
			bool first = place->pool == pool_of(mem);

			if ((first ? i : later++) != number)
				continue;
			place->mem = mem;
			place->owner = i;
			place->device = cursor.device;
			return true;
		}
	}
	return false;
}

uint32_t dmd_swiotlb_read_pool(uint32_t number, struct dmd_pool_state *state)
{
	struct place place;
	const view_pool *pool;

	if (!find_place(number, &place))
		return 0;
	pool = place.pool;
	*state = (struct dmd_pool_state){
		.start = view_start(pool),
		.bytes = view_end(pool) - view_start(pool),
		.nslabs = view_slots(pool),
		.used = sum_used(pool),
		.hiwater = view_hiwater(place.mem),
		.nareas = view_areas(pool),
		.area_nslabs = view_area_slots(pool),
		.force_bounce = view_force_bounce(place.mem),
		.for_alloc = view_for_alloc(place.mem),
		.owner = place.owner,
		.device = place.device,
	};
	return 1;
}

uint32_t dmd_swiotlb_read_areas(uint32_t number, struct dmd_area_state *areas,
				uint32_t capacity)
{
	struct place place;
	uint32_t count = 0;

	if (!find_place(number, &place))
		return 0;
	for (; count < view_areas(place.pool) && count < capacity; count++) {
		areas[count].used = view_area_used(place.pool, count);
		areas[count].index = view_area_index(place.pool, count);
		areas[count].padding = 0;
	}
	return count;
}

uint32_t dmd_swiotlb_read_slots(uint32_t number, uint64_t first,
				struct dmd_slot_state *slots, uint32_t capacity)
{
	const view_pool *pool;
	struct place place;
	uint32_t count = 0;

	if (!find_place(number, &place))
		return 0;
	pool = place.pool;
	for (; count < capacity && first + count < view_slots(pool); count++)
		slots[count] = (struct dmd_slot_state){
			.orig_addr = view_orig_addr(pool, first + count),
			.alloc_size = view_alloc_size(pool, first + count),
			.list = view_list(pool, first + count),
			.pad_slots = view_pad_slots(pool, first + count),
		};
	return count;
}
