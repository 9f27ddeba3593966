/* SPDX-License-Identifier: GPL-2.0-only */
/* High memory, SPEC.md "High memory": what is not mapped is a SIGSEGV. */
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/mm.h>

#include "dmd_host.h"
#include "highmem.h"
#include "services.h"

#ifdef CONFIG_HIGHMEM
#define MOST_MAPPINGS 16
/* Pages around a range that a driver's own mistakes may reach. */
#define MARGIN_BYTES (1ull << 20)

static u64 high_start, high_end;

/* The mapped pages, the last one last: they are unmapped in reverse order. */
static u64 mapped[MOST_MAPPINGS];
static unsigned int mapped_count;

void dmd_highmem_reset(u64 start, u64 end)
{
	high_start = start;
	high_end = end;
	if (start < end)
		dmd_host_protect(phys_to_virt(start), end - start);
}

/* The part of a range that is high, in whole pages. */
static bool clip(u64 *address, u64 *size)
{
	u64 start = max(*address & PAGE_MASK, high_start);
	u64 end = min(PAGE_ALIGN(*address + *size), high_end);

	if (start >= end)
		return false;
	*address = start;
	*size = end - start;
	return true;
}

void dmd_highmem_open(u64 address, u64 size)
{
	if (clip(&address, &size))
		dmd_host_unprotect(phys_to_virt(address), size);
}

void dmd_highmem_close(u64 address, u64 size)
{
	if (clip(&address, &size))
		dmd_host_protect(phys_to_virt(address), size);
}

void dmd_highmem_mark(u64 address, u64 size)
{
	address = address > MARGIN_BYTES ? address - MARGIN_BYTES : 0;
	size += 2 * MARGIN_BYTES;
	if (!clip(&address, &size))
		return;
	for (u64 at = address; at < address + size; at += PAGE_SIZE)
		set_page_zone(phys_to_page(at), ZONE_HIGHMEM);
}

static void *map_frame(u64 frame)
{
	u64 address = frame << PAGE_SHIFT;

	if (mapped_count == MOST_MAPPINGS)
		dmd_misuse("too many pages of high memory are mapped");
	mapped[mapped_count++] = address;
	dmd_highmem_open(address, PAGE_SIZE);
	return phys_to_virt(address);
}

static void unmap_last(const void *start)
{
	u64 address = virt_to_phys((void *)start) & PAGE_MASK;

	if (!mapped_count || mapped[mapped_count - 1] != address)
		dmd_misuse("a page is unmapped that was not mapped last");
	mapped_count--;
	for (unsigned int i = 0; i < mapped_count; i++)
		if (mapped[i] == address)
			return;
	dmd_highmem_close(address, PAGE_SIZE);
}

/* Their arguments have become const since: see services/memory.c. */
void *dmd_kmap_page(struct page *page,
		    pgprot_t prot) __asm__("__kmap_local_page_prot");
void *dmd_kmap_page(struct page *page, pgprot_t prot)
{
	return map_frame(page_to_pfn(page));
}
extern void *dmd_kmap_high_atomic(struct page *page, pgprot_t prot) __asm__(
	"kmap_atomic_high_prot") __attribute__((alias("__kmap_local_page_"
						      "prot")));

/* A high page that is not mapped has no address. */
void *dmd_page_address(const struct page *page) __asm__("page_address");
void *dmd_page_address(const struct page *page)
{
	u64 address = page_to_phys(page);

	for (unsigned int i = 0; i < mapped_count; i++)
		if (mapped[i] == address)
			return phys_to_virt(address);
	return address >= high_start && address < high_end
		       ? NULL
		       : phys_to_virt(address);
}

void *dmd_kmap_frame(unsigned long frame,
		     pgprot_t prot) __asm__("__kmap_local_pfn_prot");
void *dmd_kmap_frame(unsigned long frame, pgprot_t prot)
{
	return map_frame(frame);
}

void dmd_kunmap(const void *start) __asm__("kunmap_local_indexed");
void dmd_kunmap(const void *start)
{
	unmap_last(start);
}
#else
void dmd_highmem_reset(u64 start, u64 end)
{
}

void dmd_highmem_open(u64 address, u64 size)
{
}

void dmd_highmem_close(u64 address, u64 size)
{
}

void dmd_highmem_mark(u64 address, u64 size)
{
}
#endif

/* Of older revisions; without a high page there is nothing to take away. */
void dmd_kunmap_atomic_high(void *start) __asm__("kunmap_atomic_high");
void dmd_kunmap_atomic_high(void *start)
{
#ifdef CONFIG_HIGHMEM
	if (virt_to_phys(start) >= high_start)
		unmap_last(start);
#endif
}
