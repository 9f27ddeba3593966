/* SPDX-License-Identifier: GPL-2.0-only */
/* The same memory at more than one address. */
#define _GNU_SOURCE
#include "dmd_host.h"

#include <string.h>
#include <sys/mman.h>

#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

void *dmd_host_reserve(uint64_t bytes)
{
	char *base = dmd_host_map(bytes);

	if (base)
		mprotect(base, bytes, PROT_NONE);
	return base;
}

int dmd_host_share(void *base, uint64_t bytes)
{
	void *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (shared == MAP_FAILED)
		return 0;
	memcpy(shared, base, bytes);
	if (mremap(shared, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, base) !=
	    MAP_FAILED)
		return 1;
	munmap(shared, bytes);
	return 0;
}

int dmd_host_view(void *view, void *base, uint64_t bytes)
{
	/* From an old size of 0 it takes a second mapping of shared pages. */
	return mremap(base, 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, view) !=
	       MAP_FAILED;
}

void dmd_host_unshare(void *base, uint64_t bytes)
{
	void *own = mmap(NULL, bytes, PROT_READ | PROT_WRITE, PRIVATE, -1, 0);

	if (own == MAP_FAILED)
		return;
	memcpy(own, base, bytes);
	if (mremap(own, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, base) ==
	    MAP_FAILED)
		munmap(own, bytes);
}

void dmd_host_hide(void *view, uint64_t bytes)
{
	mmap(view, bytes, PROT_NONE, PRIVATE | MAP_FIXED, -1, 0);
}

void dmd_host_renew(void *base, uint64_t bytes)
{
	mmap(base, bytes, PROT_READ | PROT_WRITE, PRIVATE | MAP_FIXED, -1, 0);
}
