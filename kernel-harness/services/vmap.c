/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages at addresses of their own, SPEC.md "Mapped pages". */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "coherence.h"
#include "dmd_host.h"
#include "services.h"
#include "vmap.h"

/* Frames that follow each other, as one view. */
struct run {
	u64 frame;
	u64 count;
};

struct mapping {
	struct vm_struct area;
	struct mapping *next;
	bool uncached;
	u64 run_count;
	struct run runs[];
};

static char *addresses;
static u64 used;
static struct mapping *newest;

void dmd_vmap_reset(void *reserved)
{
	addresses = reserved;
	used = 0;
	newest = NULL;
}

u64 dmd_vmap_used(void)
{
	return used;
}

bool dmd_vmap_in_use(void)
{
	return newest;
}

bool dmd_is_vmalloc_addr(const void *address)
{
	return (const char *)address >= addresses &&
	       (const char *)address < addresses + DMD_VMAP_BYTES;
}

/* The bytes that a view shows: the caches', or those behind them. */
static void *memory_of(const struct mapping *mapping, u64 frame)
{
	return dmd_memory_for(mapping->uncached, frame << PAGE_SHIFT);
}

static bool is_shown(u64 frame, bool uncached)
{
	for (struct mapping *other = newest; other; other = other->next)
		for (u64 i = 0; i < other->run_count; i++)
			if (other->uncached == uncached &&
			    frame - other->runs[i].frame < other->runs[i].count)
				return true;
	return false;
}

static void note_runs(struct mapping *mapping, struct page **pages, u64 count)
{
	for (u64 i = 0; i < count; i++) {
		struct run *last = mapping->runs + mapping->run_count - 1;
		u64 frame = page_to_pfn(pages[i]);

		/* What is shown already was made a view by another call. */
		if (mapping->run_count && last->frame + last->count == frame &&
		    !is_shown(frame, mapping->uncached) &&
		    !is_shown(last->frame, mapping->uncached))
			last->count++;
		else
			mapping->runs[mapping->run_count++] =
				(struct run){.frame = frame, .count = 1};
	}
}

static bool show(const struct mapping *mapping)
{
	char *view = mapping->area.addr;

	for (u64 i = 0; i < mapping->run_count; i++) {
		const struct run *run = &mapping->runs[i];
		void *memory = memory_of(mapping, run->frame);
		u64 bytes = run->count << PAGE_SHIFT;

		if (!is_shown(run->frame, mapping->uncached) &&
		    !dmd_host_share(memory, bytes))
			return false;
		if (!dmd_host_view(view, memory, bytes))
			return false;
		view += bytes;
	}
	return true;
}

/* Of a mapping that is not among the others any more. */
static void hide(const struct mapping *mapping)
{
	dmd_host_hide(mapping->area.addr, mapping->area.size);
	for (u64 i = 0; i < mapping->run_count; i++)
		for (u64 at = 0; at < mapping->runs[i].count; at++) {
			u64 frame = mapping->runs[i].frame + at;

			if (!is_shown(frame, mapping->uncached))
				dmd_host_unshare(memory_of(mapping, frame),
						 PAGE_SIZE);
		}
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot)
{
	u64 bytes = (u64)count << PAGE_SHIFT;
	struct mapping *mapping;

	if (!count || bytes + PAGE_SIZE > DMD_VMAP_BYTES - used)
		return NULL;
	mapping = kzalloc(struct_size(mapping, runs, count), GFP_KERNEL);
	if (!mapping)
		return NULL;
	mapping->uncached = pgprot_val(prot) & pgprot_val(PAGE_UNCACHED);
	mapping->area.addr = addresses + used;
	mapping->area.size = bytes;
	mapping->area.flags = flags;
	mapping->area.nr_pages = count;
	note_runs(mapping, pages, count);
	/* Whatever comes after it is a fault. */
	used += bytes + PAGE_SIZE;
	if (!show(mapping)) {
		hide(mapping);
		kfree(mapping);
		return NULL;
	}
	mapping->next = newest;
	newest = mapping;
	return mapping->area.addr;
}

static struct mapping **mapping_at(const void *address)
{
	struct mapping **link = &newest;

	while (*link &&
	       (u64)address - (u64)(*link)->area.addr >= (*link)->area.size)
		link = &(*link)->next;
	return link;
}

struct vm_struct *find_vm_area(const void *address)
{
	struct mapping *mapping = *mapping_at(address);

	return mapping ? &mapping->area : NULL;
}

void vunmap(const void *address)
{
	struct mapping **link = mapping_at(address), *mapping = *link;

	if (!address)
		return;
	if (!mapping || mapping->area.addr != address)
		dmd_misuse("vunmap of what vmap did not return");
	*link = mapping->next;
	hide(mapping);
	kfree(mapping);
}

unsigned long vmalloc_to_pfn(const void *address)
{
	const struct mapping *mapping = *mapping_at(address);
	u64 page;

	if (!mapping)
		dmd_misuse("the page of an address that vmap did not return");
	page = ((u64)address - (u64)mapping->area.addr) >> PAGE_SHIFT;
	for (const struct run *run = mapping->runs;; run++) {
		if (page < run->count)
			return run->frame + page;
		page -= run->count;
	}
}

struct page *vmalloc_to_page(const void *address)
{
	return pfn_to_page(vmalloc_to_pfn(address));
}
