/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compiles the tree's swiotlb.c, and looks inside. It is included because its
 * slots and, on newer revisions, its default pool are private to it.
 */
#include "kernel/dma/swiotlb.c"

#include "swiotlb_view.h"
#include "dmd_features.h"

/* Slots before and after a range that its digest takes in, and at most. */
#define WINDOW_SLOTS 4
#define LARGEST_WINDOW 256

/* The part of the bookkeeping that holds slots and areas. */
#ifdef DMD_HAVE_IO_TLB_POOL
typedef struct io_tlb_pool view_pool;

static view_pool *pool_of(struct io_tlb_mem *mem)
{
	return &mem->defpool;
}
#else
typedef struct io_tlb_mem view_pool;

static view_pool *pool_of(struct io_tlb_mem *mem)
{
	return mem;
}
#endif

struct io_tlb_mem *dmd_swiotlb_default(void)
{
	return &io_tlb_default_mem;
}

static bool has_slots(struct io_tlb_mem *mem)
{
	return mem && pool_of(mem)->nslabs && pool_of(mem)->slots;
}

bool dmd_swiotlb_contains(struct io_tlb_mem *mem, phys_addr_t address)
{
	return has_slots(mem) && address >= pool_of(mem)->start &&
	       address < pool_of(mem)->end;
}

static uint64_t sum_used(const view_pool *pool)
{
	uint64_t used = 0;

	for (unsigned int i = 0; i < pool->nareas; i++)
		used += pool->areas[i].used;
	return used;
}

static uint64_t hiwater(struct io_tlb_mem *mem)
{
#ifdef DMD_HAVE_USED_HIWATER
	return (uint64_t)atomic_long_read(&mem->used_hiwater);
#else
	return 0;
#endif
}

void dmd_swiotlb_account(struct io_tlb_mem *mem, struct dmd_result *result)
{
	if (!has_slots(mem))
		return;
	result->used += sum_used(pool_of(mem));
	result->hiwater += hiwater(mem);
}

static uint32_t pad_slots(const struct io_tlb_slot *slot)
{
#ifdef DMD_HAVE_PAD_SLOTS
	return slot->pad_slots;
#else
	return 0;
#endif
}

static uint64_t digest_slots(const view_pool *pool, uint64_t first,
			     uint64_t end, uint64_t before)
{
	struct dmd_word_digest digest;

	dmd_words_begin(&digest, before);
	for (uint64_t i = first; i < end; i++) {
		const struct io_tlb_slot *slot = &pool->slots[i];

		dmd_words_add(
			&digest,
			slot->orig_addr * DMD_K1 + slot->alloc_size * DMD_K2 +
				(slot->list | (uint64_t)pad_slots(slot) << 32));
	}
	return dmd_words_end(&digest);
}

void dmd_swiotlb_touch(struct io_tlb_mem *mem, phys_addr_t address,
		       uint64_t size, struct dmd_result *result)
{
	const view_pool *pool = pool_of(mem);
	uint64_t offset = address - pool->start;
	uint64_t slot = offset >> IO_TLB_SHIFT;
	uint64_t first = slot > WINDOW_SLOTS ? slot - WINDOW_SLOTS : 0;
	uint64_t end = ((offset + size) >> IO_TLB_SHIFT) + 1 + WINDOW_SLOTS;
	uint64_t area = slot / pool->area_nslabs;

	end = min_t(uint64_t, end, first + LARGEST_WINDOW);
	end = min_t(uint64_t, end, pool->nslabs);
	result->slot_digest = digest_slots(pool, first, end, 0);
	if (area >= pool->nareas)
		return;
	result->area = (uint32_t)area;
	result->area_used = (uint32_t)pool->areas[area].used;
	result->area_index = pool->areas[area].index;
}

uint64_t dmd_swiotlb_digest_slots(struct io_tlb_mem *mem, uint64_t before)
{
	if (!has_slots(mem))
		return before;
	return digest_slots(pool_of(mem), 0, pool_of(mem)->nslabs, before);
}

uint64_t dmd_swiotlb_digest_areas(struct io_tlb_mem *mem, uint64_t before)
{
	struct dmd_word_digest digest;
	const view_pool *pool;

	if (!has_slots(mem))
		return before;
	pool = pool_of(mem);
	dmd_words_begin(&digest, before);
	for (unsigned int i = 0; i < pool->nareas; i++) {
		dmd_words_add(&digest, pool->areas[i].used);
		dmd_words_add(&digest, pool->areas[i].index);
	}
	return dmd_words_end(&digest);
}

uint32_t dmd_swiotlb_read_pool(struct io_tlb_mem *mem,
			       struct dmd_pool_state *state)
{
	const view_pool *pool;

	if (!has_slots(mem))
		return 0;
	pool = pool_of(mem);
	*state = (struct dmd_pool_state){
		.start = pool->start,
		.bytes = pool->end - pool->start,
		.nslabs = pool->nslabs,
		.used = sum_used(pool),
		.hiwater = hiwater(mem),
		.nareas = pool->nareas,
		.area_nslabs = pool->area_nslabs,
		.force_bounce = mem->force_bounce,
		.for_alloc = mem->for_alloc,
	};
	return 1;
}

uint32_t dmd_swiotlb_read_areas(struct io_tlb_mem *mem,
				struct dmd_area_state *areas, uint32_t capacity)
{
	const view_pool *pool;
	uint32_t count = 0;

	if (!has_slots(mem))
		return 0;
	for (pool = pool_of(mem); count < pool->nareas && count < capacity;
	     count++) {
		areas[count].used = pool->areas[count].used;
		areas[count].index = pool->areas[count].index;
		areas[count].padding = 0;
	}
	return count;
}

uint32_t dmd_swiotlb_read_slots(struct io_tlb_mem *mem, uint64_t first,
				struct dmd_slot_state *slots, uint32_t capacity)
{
	const view_pool *pool;
	uint32_t count = 0;

	if (!has_slots(mem))
		return 0;
	for (pool = pool_of(mem);
	     count < capacity && first + count < pool->nslabs; count++) {
		const struct io_tlb_slot *slot = &pool->slots[first + count];

		slots[count] = (struct dmd_slot_state){
			.orig_addr = slot->orig_addr,
			.alloc_size = slot->alloc_size,
			.list = slot->list,
			.pad_slots = pad_slots(slot),
		};
	}
	return count;
}

phys_addr_t dmd_swiotlb_tbl_map(struct device *dev, phys_addr_t address,
				size_t size, unsigned int align_mask,
				enum dma_data_direction direction,
				unsigned long attrs)
{
#ifdef DMD_HAVE_TBL_MAP_ALLOC_SIZE
	size_t alloc_size = ALIGN(size, (size_t)align_mask + 1);

	return swiotlb_tbl_map_single(dev, address, size, alloc_size,
				      align_mask, direction, attrs);
#else
	return swiotlb_tbl_map_single(dev, address, size, align_mask, direction,
				      attrs);
#endif
}
