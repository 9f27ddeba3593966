/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is lost: objects in use that no word of the library's data, of
 * per-CPU memory, of what the interpreter holds or of another object points
 * to, or into. A pointer with its low bits in use still points into one.
 */
#include "arena.h"
#include "machine.h"
#include "leaks.h"
#include "services.h"
#include "dmd_host.h"

#define MAX_OBJECTS 65536

struct live {
	u64 start;
	u64 bytes;
	u64 caller;
	u64 is_found;
};

struct search {
	struct live *objects;
	u32 count;
	u64 zone_start;
	u64 zone_end;
};

static void note(void *context, u64 start, u64 bytes, u64 caller)
{
	struct search *search = context;

	if (search->count < MAX_OBJECTS)
		search->objects[search->count++] = (struct live){
			.start = start,
			.bytes = bytes,
			.caller = caller,
		};
}

static void sift(struct live *objects, u32 root, u32 count)
{
	for (u32 child; (child = 2 * root + 1) < count; root = child) {
		struct live swap;

		if (child + 1 < count &&
		    objects[child + 1].start > objects[child].start)
			child++;
		if (objects[root].start >= objects[child].start)
			return;
		swap = objects[root];
		objects[root] = objects[child];
		objects[child] = swap;
	}
}

/* By address; the heap sort needs no memory and no luck. */
static void sort(struct live *objects, u32 count)
{
	for (u32 i = count / 2; i-- > 0;)
		sift(objects, i, count);
	for (u32 end = count; end > 1; end--) {
		struct live swap = objects[0];

		objects[0] = objects[end - 1];
		objects[end - 1] = swap;
		sift(objects, 0, end - 1);
	}
}

static struct live *object_at(const struct search *search, u64 address)
{
	u32 low = 0, high = search->count;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (search->objects[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	low--;
	return address < search->objects[low].start + search->objects[low].bytes
		       ? &search->objects[low]
		       : NULL;
}

/* own: the object that the words are of, whose pointers to itself do not count.
 */
static void look_at(const struct search *search, const void *start, u64 bytes,
		    const struct live *own)
{
	const u64 *words = start;

	for (u64 i = 0; i < bytes / sizeof(*words); i++) {
		struct live *object;
		u64 word;

		dmd_copy_raw(&word, &words[i], sizeof(word));
		if (word < search->zone_start || word >= search->zone_end)
			continue;
		object = object_at(search, word);
		if (object && object != own)
			object->is_found = 1;
	}
}

static u32 gather(const struct search *search, struct dmd_leak *leaks,
		  u32 capacity)
{
	u32 written = 0;

	for (u32 i = search->count; i-- > 0 && written < capacity;)
		if (!search->objects[i].is_found)
			leaks[written++] = (struct dmd_leak){
				.allocated_at = dmd_host_offset(
					dmd_arena.snapshot,
					search->objects[i].caller - 1),
				.bytes = search->objects[i].bytes,
			};
	return written;
}

uint32_t dmd_read_leaks(struct dmd_leak *leaks, uint32_t capacity)
{
	u64 room = MAX_OBJECTS * sizeof(struct live), bytes;
	struct search search = {.objects = dmd_host_map(room)};
	void *start;
	u32 written;

	if (!search.objects || !dmd_state)
		return 0;
	search.zone_start = dmd_slab_zone(&search.zone_end);
	dmd_slab_each(note, &search);
	dmd_cache_each(note, &search);
	sort(search.objects, search.count);
	for (u32 i = 0;
	     (start = dmd_host_segment(dmd_arena.snapshot, i, &bytes)); i++)
		look_at(&search, start, bytes, NULL);
	look_at(&search, dmd_state, sizeof(*dmd_state), NULL);
	start = (void *)dmd_percpu_memory(&bytes);
	look_at(&search, start, bytes, NULL);
	for (u32 i = 0; i < search.count; i++)
		look_at(&search, (void *)search.objects[i].start,
			search.objects[i].bytes, &search.objects[i]);
	written = gather(&search, leaks, capacity);
	dmd_host_unmap(search.objects, room);
	return written;
}
