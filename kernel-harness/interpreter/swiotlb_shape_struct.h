/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two shapes with structures have in common, for swiotlb_view.c:
 * view_pool is the structure that holds slots. Inline, as every operation is
 * observed through these.
 */
#ifndef DMD_SWIOTLB_SHAPE_STRUCT_H
#define DMD_SWIOTLB_SHAPE_STRUCT_H

struct io_tlb_mem *dmd_swiotlb_default(void)
{
	return &io_tlb_default_mem;
}

static inline bool view_has_slots(const view_pool *pool)
{
	return pool->nslabs && pool->slots;
}

static inline uint64_t view_start(const view_pool *pool)
{
	return pool->start;
}

static inline uint64_t view_end(const view_pool *pool)
{
	return pool->end;
}

static inline uint64_t view_slots(const view_pool *pool)
{
	return pool->nslabs;
}

#ifdef DMD_HAVE_IO_TLB_AREAS
static inline uint32_t view_areas(const view_pool *pool)
{
	return pool->nareas;
}

static inline uint32_t view_area_slots(const view_pool *pool)
{
	return pool->area_nslabs;
}

static inline uint64_t view_area_used(const view_pool *pool, uint64_t area)
{
	return pool->areas[area].used;
}

static inline uint32_t view_area_index(const view_pool *pool, uint64_t area)
{
	return pool->areas[area].index;
}
#else
/* One lock, one search: as if there were one area. */
static inline uint32_t view_areas(const view_pool *pool)
{
	return 1;
}

static inline uint32_t view_area_slots(const view_pool *pool)
{
	return pool->nslabs;
}

static inline uint64_t view_area_used(const view_pool *pool, uint64_t area)
{
	return pool->used;
}

static inline uint32_t view_area_index(const view_pool *pool, uint64_t area)
{
	return pool->index;
}
#endif

static inline uint64_t view_orig_addr(const view_pool *pool, uint64_t slot)
{
	return pool->slots[slot].orig_addr;
}

static inline uint64_t view_alloc_size(const view_pool *pool, uint64_t slot)
{
	return pool->slots[slot].alloc_size;
}

static inline uint32_t view_list(const view_pool *pool, uint64_t slot)
{
	return pool->slots[slot].list;
}

static inline uint32_t view_pad_slots(const view_pool *pool, uint64_t slot)
{
#ifdef DMD_HAVE_PAD_SLOTS
	return pool->slots[slot].pad_slots;
#else
	return 0;
#endif
}

static inline uint64_t view_hiwater(struct io_tlb_mem *mem)
{
#if defined(DMD_HAVE_USED_HIWATER) && defined(CONFIG_DEBUG_FS)
	return (uint64_t)atomic_long_read(&mem->used_hiwater);
#else
	return 0;
#endif
}

static inline uint32_t view_force_bounce(const struct io_tlb_mem *mem)
{
	return mem->force_bounce;
}

static inline uint32_t view_for_alloc(const struct io_tlb_mem *mem)
{
	return mem->for_alloc;
}

#endif
