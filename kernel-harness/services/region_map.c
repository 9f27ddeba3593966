/* SPDX-License-Identifier: GPL-2.0-only */
#include "region_map.h"
#include "services.h"
#include "dmadiff_abi.h"
#include "objects.h"

#include <errno.h>
#include <string.h>

#define MAX_REGIONS 16384
#define RESERVED_LOW_BYTES (1u << 20)
/* Free memory next to a region that counts as out of bounds. */
#define FENCE_BYTES 4096ull

struct region {
	uint64_t base;
	uint64_t end;
	uint64_t piece; /* what is given back at a time; 0: all of it */
};

/* Taken regions by ascending address; they never overlap. */
static struct region regions[MAX_REGIONS];
static unsigned int region_count;
static uint64_t memory_end;
static uint64_t take_end;

extern unsigned long dmd_page_offset;

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Fences, not all that is free: that may be terabytes. */
static void put_fences(unsigned int at)
{
	uint64_t base = regions[at].base, end = regions[at].end;
	uint64_t below = base - (at ? regions[at - 1].end : 0);
	uint64_t above =
		(at + 1 < region_count ? regions[at + 1].base : memory_end) -
		end;

	below = smaller(below, FENCE_BYTES);
	dmd_unpoison(dmd_page_offset + base, end - base);
	dmd_poison(dmd_page_offset + base - below, below);
	dmd_poison(dmd_page_offset + end, smaller(above, FENCE_BYTES));
}

static void insert(unsigned int at, uint64_t base, uint64_t end)
{
	if (region_count == MAX_REGIONS)
		dmd_misuse("too many memory regions");
	memmove(&regions[at + 1], &regions[at],
		(region_count - at) * sizeof(regions[0]));
	regions[at] = (struct region){base, end, 0};
	region_count++;
	put_fences(at);
}

void dmd_regions_reset(uint64_t memory_bytes, uint64_t low_end)
{
	take_end = low_end;
	region_count = 0;
	memory_end = memory_bytes;
	insert(0, 0, RESERVED_LOW_BYTES);
}

uint64_t dmd_regions_take(uint64_t bytes, uint64_t align, uint64_t floor,
			  uint64_t limit)
{
	uint64_t top = limit < take_end ? limit : take_end;

	if (!align)
		align = 1;
	if (!bytes)
		return DMD_NO_ADDRESS;

	/* Walk the gaps from the top down; the first MiB is always taken. */
	for (unsigned int i = region_count; i > 0; i--) {
		uint64_t gap_start = regions[i - 1].end;
		uint64_t gap_end =
			i < region_count ? regions[i].base : memory_end;
		uint64_t base;

		if (gap_start < floor)
			gap_start = floor;
		if (gap_end > top)
			gap_end = top;
		if (gap_end < gap_start || gap_end - gap_start < bytes)
			continue;
		base = gap_end - bytes;
		base -= base % align;
		if (base < gap_start)
			continue;
		insert(i, base, base + bytes);
		return base;
	}
	return DMD_NO_ADDRESS;
}

int dmd_regions_reserve(uint64_t base, uint64_t bytes)
{
	unsigned int i;

	if (!bytes || base >= memory_end || bytes > memory_end - base)
		return -EINVAL;
	for (i = 0; i < region_count && regions[i].end <= base; i++)
		;
	if (i < region_count && regions[i].base < base + bytes)
		return -EBUSY;
	insert(i, base, base + bytes);
	dmd_object_taken(DMD_OBJECT_RESERVED, dmd_page_offset + base, bytes, 0);
	return 0;
}

static void drop(unsigned int at)
{
	memmove(&regions[at], &regions[at + 1],
		(region_count - at - 1) * sizeof(regions[0]));
	region_count--;
}

static int is_whole(const struct region *region, uint64_t base, uint64_t bytes)
{
	return region->base == base && region->end - base == bytes &&
	       (!region->piece || region->piece == bytes);
}

static int has_piece(const struct region *region, uint64_t base, uint64_t bytes)
{
	return region->piece == bytes && base >= region->base &&
	       base < region->end && !((base - region->base) % bytes);
}

/* What is before the piece stays where it is, what is after it moves. */
static void carve(unsigned int at, uint64_t base, uint64_t end)
{
	struct region region = regions[at];

	if (region.base == base) {
		regions[at].base = end;
		return;
	}
	regions[at].end = base;
	if (region.end == end)
		return;
	insert(at + 1, end, region.end);
	regions[at + 1].piece = region.piece;
}

void dmd_regions_split(uint64_t base, uint64_t bytes, uint64_t piece)
{
	for (unsigned int i = 0; i < region_count; i++)
		if (is_whole(&regions[i], base, bytes)) {
			regions[i].piece = piece;
			return;
		}
	dmd_misuse("memory split that was not taken");
}

void dmd_regions_free(uint64_t base, uint64_t bytes)
{
	for (unsigned int i = 0; i < region_count; i++) {
		if (is_whole(&regions[i], base, bytes))
			return drop(i);
		if (has_piece(&regions[i], base, bytes))
			return carve(i, base, base + bytes);
	}
	dmd_misuse("memory freed that was not taken");
}
