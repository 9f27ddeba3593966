/* SPDX-License-Identifier: GPL-2.0-only */
/* Sparse memory, and snapshots of a library's writable data. */
#define _GNU_SOURCE
#include "dmd_host.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Untouchable memory on both sides, so that mappings cannot run together. */
#define FENCE_BYTES (2ull << 20)
#define PAGE_BYTES 4096ul

void *dmd_host_map(uint64_t bytes)
{
	char *fenced = mmap(NULL, bytes + 2 * FENCE_BYTES, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *base;

	if (fenced == MAP_FAILED)
		return NULL;
	base = fenced + FENCE_BYTES;
	if (mprotect(base, bytes, PROT_READ | PROT_WRITE)) {
		munmap(fenced, bytes + 2 * FENCE_BYTES);
		return NULL;
	}
	return base;
}

void dmd_host_unmap(void *base, uint64_t bytes)
{
	munmap((char *)base - FENCE_BYTES, bytes + 2 * FENCE_BYTES);
}

void dmd_host_zap(void *base, uint64_t bytes)
{
	mprotect(base, bytes, PROT_READ | PROT_WRITE);
	madvise(base, bytes, MADV_DONTNEED);
}

void dmd_host_set(void *start, int value, uint64_t bytes)
{
	memset(start, value, bytes);
}

void dmd_host_clear(void *start, uint64_t bytes)
{
	uintptr_t first = (uintptr_t)start;
	uintptr_t end = first + bytes;
	uintptr_t whole = (first + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	uintptr_t whole_end = end & ~(PAGE_BYTES - 1);

	if (whole >= whole_end ||
	    madvise((void *)whole, whole_end - whole, MADV_DONTNEED)) {
		memset(start, 0, bytes);
		return;
	}
	memset(start, 0, whole - first);
	memset((void *)whole_end, 0, end - whole_end);
}

void dmd_host_protect(void *base, uint64_t bytes)
{
	mprotect(base, bytes, PROT_NONE);
}

/* Not memcpy(): data of a sanitized library has parts that it must not touch.
 */
static void copy(char *to, const char *from, size_t bytes)
{
	__asm__ volatile("rep movsb"
			 : "+D"(to), "+S"(from), "+c"(bytes)
			 :
			 : "memory");
}

void dmd_host_unprotect(void *base, uint64_t bytes)
{
	mprotect(base, bytes, PROT_READ | PROT_WRITE);
}

struct segment {
	char *base;
	char *copy;
	size_t bytes;
};

#define MAX_SEGMENTS 4

struct snapshot {
	const void *address;
	uintptr_t load_base;
	uintptr_t end;
	size_t segment_count;
	struct segment segments[MAX_SEGMENTS];
};

static int covers(const struct dl_phdr_info *info, uintptr_t address)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type == PT_LOAD && address >= start &&
		    address < start + header->p_memsz)
			return 1;
	}
	return 0;
}

static int record_segments(struct dl_phdr_info *info, size_t size, void *data)
{
	struct snapshot *snapshot = data;

	(void)size;
	if (!covers(info, (uintptr_t)snapshot->address))
		return 0;

	snapshot->load_base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		if (start + header->p_memsz > snapshot->end)
			snapshot->end = start + header->p_memsz;
		if ((header->p_flags & PF_W) &&
		    snapshot->segment_count < MAX_SEGMENTS)
			snapshot->segments[snapshot->segment_count++] =
				(struct segment){.base = (char *)start,
						 .bytes = header->p_memsz};
	}
	return 1;
}

void *dmd_host_snapshot(const void *address)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (!snapshot)
		return NULL;
	snapshot->address = address;
	dl_iterate_phdr(record_segments, snapshot);
	for (size_t i = 0; i < snapshot->segment_count; i++) {
		struct segment *segment = &snapshot->segments[i];

		segment->copy = malloc(segment->bytes);
		if (!segment->copy)
			return NULL;
		copy(segment->copy, segment->base, segment->bytes);
	}
	return snapshot;
}

void dmd_host_restore(void *handle)
{
	struct snapshot *snapshot = handle;

	for (size_t i = 0; i < snapshot->segment_count; i++) {
		struct segment *segment = &snapshot->segments[i];

		copy(segment->base, segment->copy, segment->bytes);
	}
}

void dmd_host_forget(void *handle)
{
	struct snapshot *snapshot = handle;

	for (size_t i = 0; i < snapshot->segment_count; i++)
		free(snapshot->segments[i].copy);
	free(snapshot);
}

void *dmd_host_segment(void *handle, uint32_t number, uint64_t *bytes)
{
	const struct snapshot *snapshot = handle;

	if (number >= snapshot->segment_count)
		return NULL;
	*bytes = snapshot->segments[number].bytes;
	return snapshot->segments[number].base;
}

uint64_t dmd_host_offset(void *handle, uint64_t address)
{
	const struct snapshot *snapshot = handle;

	if (address < snapshot->load_base || address >= snapshot->end)
		return 0;
	return address - snapshot->load_base;
}
