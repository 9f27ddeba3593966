/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one pool is a handful of variables: before there was a structure. It has
 * no areas (told as one), and does not remember how much a slot's owner asked
 * for (told as 0).
 */
#ifndef DMD_SWIOTLB_SHAPE_GLOBALS_H
#define DMD_SWIOTLB_SHAPE_GLOBALS_H

/* Ours: it only has to have an address. */
struct io_tlb_mem {
	char nothing;
};

typedef struct io_tlb_mem view_pool;

static view_pool the_pool;

struct io_tlb_mem *dmd_swiotlb_default(void)
{
	return &the_pool;
}

static inline view_pool *pool_of(struct io_tlb_mem *mem)
{
	return mem;
}

static inline bool view_has_slots(const view_pool *pool)
{
	return io_tlb_nslabs && io_tlb_orig_addr && !no_iotlb_memory;
}

static inline uint64_t view_start(const view_pool *pool)
{
	return io_tlb_start;
}

static inline uint64_t view_end(const view_pool *pool)
{
	return io_tlb_end;
}

static inline uint64_t view_slots(const view_pool *pool)
{
	return io_tlb_nslabs;
}

static inline uint32_t view_areas(const view_pool *pool)
{
	return 1;
}

static inline uint32_t view_area_slots(const view_pool *pool)
{
	return (uint32_t)io_tlb_nslabs;
}

static inline uint64_t view_area_used(const view_pool *pool, uint64_t area)
{
	return io_tlb_used;
}

static inline uint32_t view_area_index(const view_pool *pool, uint64_t area)
{
	return io_tlb_index;
}

static inline uint64_t view_orig_addr(const view_pool *pool, uint64_t slot)
{
	return io_tlb_orig_addr[slot];
}

static inline uint64_t view_alloc_size(const view_pool *pool, uint64_t slot)
{
	return 0;
}

static inline uint32_t view_list(const view_pool *pool, uint64_t slot)
{
	return io_tlb_list[slot];
}

static inline uint32_t view_pad_slots(const view_pool *pool, uint64_t slot)
{
	return 0;
}

static inline uint64_t view_hiwater(const struct io_tlb_mem *mem)
{
	return 0;
}

static inline uint32_t view_force_bounce(const struct io_tlb_mem *mem)
{
	return swiotlb_force == SWIOTLB_FORCE;
}

static inline uint32_t view_for_alloc(const struct io_tlb_mem *mem)
{
	return 0;
}

#endif
