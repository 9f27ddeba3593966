/* SPDX-License-Identifier: GPL-2.0-only */
/* memblock and the page allocator over the region map, SPEC.md "Memory". */
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "encryption.h"
#include "nodes.h"
#include "region_map.h"
#include "services.h"
#include "dmadiff_abi.h"
#include "dmd_features.h"
#include "dmd_host.h"
#include "kernel_constants.h"
#include "kmem_cache.h"
#include "objects.h"
#include "vmap.h"

#define DMA_LIMIT (16ull << 20)
#define DMA32_LIMIT (4ull << 30)
#define LARGEST_ORDER 10

/* Below this, clearing by hand costs less than a system call and the faults
 * after it. */
#define LAZY_CLEAR_BYTES (128ull << 10)

/*
 * The kernel's, and that of all that is linked with it. Booting clears whole
 * pools, of which a short trace touches a few pages.
 */
void *memset(void *start, int value, size_t bytes)
{
	u64 base = virt_to_phys(start), end = (u64)max_mapnr << PAGE_SHIFT;

	/* Pages that are mapped elsewhere too cannot be given back. */
	if (!value && bytes >= LAZY_CLEAR_BYTES && base < end &&
	    bytes <= end - base && !dmd_vmap_in_use()) {
		dmd_touch((u64)start, bytes);
		dmd_host_clear(start, bytes);
	} else {
		dmd_host_set(start, value, bytes);
	}
	return start;
}

const unsigned int dmd_kmalloc_kinds = KMALLOC_SHIFT_HIGH + 1;
const unsigned int dmd_gfp_zero = (__force unsigned int)__GFP_ZERO;
const unsigned int dmd_gfp_kernel = (__force unsigned int)GFP_KERNEL;
const unsigned int dmd_gfp_dma = (__force unsigned int)GFP_DMA;
const unsigned int dmd_gfp_dma32 = (__force unsigned int)GFP_DMA32;

void (*dmd_cache_constructor(const void *args))(void *)
{
#ifdef DMD_HAVE_KMEM_CACHE_ARGS
	return ((const struct kmem_cache_args *)args)->ctor;
#else
	return NULL;
#endif
}

atomic_long_t _totalram_pages;

/* Zones by where RAM ends; normal memory is above both others. */
bool dmd_has_managed_zone(enum zone_type zone) __asm__("has_managed_zone");
bool dmd_has_managed_zone(enum zone_type zone)
{
	u64 end = (u64)max_mapnr << PAGE_SHIFT;

	if (zone == ZONE_DMA)
		return end;
	return end > (zone == ZONE_DMA32 ? DMA_LIMIT : DMA32_LIMIT);
}

bool dmd_has_managed_dma(void) __asm__("has_managed_dma");
bool dmd_has_managed_dma(void)
{
	return dmd_has_managed_zone(ZONE_DMA);
}

/* RAM is what the CPU sees of it, whatever way it asks for. */
void *memremap(resource_size_t start, size_t size, unsigned long flags)
{
	u64 end = (u64)max_mapnr << PAGE_SHIFT;

	return start < end && size <= end - start ? phys_to_virt(start) : NULL;
}

void memunmap(void *start)
{
}

void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align,
			     phys_addr_t min_addr, phys_addr_t max_addr,
			     int nid)
{
	/* MEMBLOCK_ALLOC_ACCESSIBLE is 0, MEMBLOCK_ALLOC_ANYWHERE all ones;
	 * the low limit is given as the last address. */
	uint64_t limit = max_addr ? max_addr : DMD_NO_ADDRESS;
	uint64_t base;

	if (limit == DMA32_LIMIT - 1)
		limit = DMA32_LIMIT;
	base = dmd_regions_take(size, align, 0, limit);
	if (base == DMD_NO_ADDRESS)
		return NULL;
	dmd_object_taken(DMD_OBJECT_MEMBLOCK, (u64)phys_to_virt(base), size,
			 dmd_caller());
	memset(phys_to_virt(base), 0, size);
	return phys_to_virt(base);
}

static void give_back(u64 base, u64 bytes, u64 caller)
{
	dmd_require_encrypted(base, bytes);
	dmd_object_freed((u64)phys_to_virt(base), bytes, caller);
	dmd_regions_free(base, bytes);
}

/*
 * The names below have had other prototypes, or were inline, in some revision:
 * each is defined under a name of our own, with the kernel's as its symbol.
 */
#ifdef DMD_HAVE_MEMBLOCK_FREE_ADDRESS
int dmd_memblock_free(phys_addr_t base,
		      phys_addr_t size) __asm__("memblock_free");
int dmd_memblock_free(phys_addr_t base, phys_addr_t size)
{
	give_back(base, size, dmd_caller());
	return 0;
}
#else
void dmd_memblock_free(void *ptr, size_t size) __asm__("memblock_free");
void dmd_memblock_free(void *ptr, size_t size)
{
	if (ptr)
		give_back(virt_to_phys(ptr), size, dmd_caller());
}
#endif

int dmd_memblock_phys_free(phys_addr_t base,
			   phys_addr_t size) __asm__("memblock_phys_free");
int dmd_memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	give_back(base, size, dmd_caller());
	return 0;
}
extern int dmd_memblock_free_late(phys_addr_t base, phys_addr_t size) __asm__(
	"memblock_free_late") __attribute__((alias("memblock_phys_free")));
extern int dmd_memblock_free_inner(phys_addr_t base,
				   phys_addr_t size) __asm__("__memblock_"
							     "free_late")
	__attribute__((alias("memblock_phys_free")));

/* From the node, or else from anywhere. */
static uint64_t take_near(int node, uint64_t bytes, uint64_t limit)
{
	uint64_t start, end, base;

	dmd_node_range(node, &start, &end);
	base = dmd_regions_take(bytes, bytes, start, min(end, limit));
	return base == DMD_NO_ADDRESS ? dmd_regions_take(bytes, bytes, 0, limit)
				      : base;
}

static uint64_t take_pages(unsigned int gfp, unsigned int order, int node,
			   u64 caller)
{
	uint64_t limit = DMD_NO_ADDRESS, bytes, base;

	if (dmd_allocation_fails() || order > LARGEST_ORDER)
		return DMD_NO_ADDRESS;
	if (gfp & (__force unsigned int)__GFP_DMA)
		limit = DMA_LIMIT;
	else if (gfp & (__force unsigned int)__GFP_DMA32)
		limit = DMA32_LIMIT;
	bytes = (uint64_t)PAGE_SIZE << order;
	base = take_near(node, bytes, limit);
	if (base == DMD_NO_ADDRESS)
		return base;
	dmd_object_taken(DMD_OBJECT_PAGES, (u64)phys_to_virt(base), bytes,
			 caller);
	if (gfp & dmd_gfp_zero)
		memset(phys_to_virt(base), 0, bytes);
	return base;
}

static struct page *take_page(unsigned int gfp, unsigned int order, int node,
			      u64 caller)
{
	uint64_t base = take_pages(gfp, order, node, caller);

	return base == DMD_NO_ADDRESS ? NULL : phys_to_page(base);
}

/* The names of these changed with memory allocation profiling. */
unsigned long
dmd_get_free_pages(unsigned int gfp,
		   unsigned int order) __asm__("__get_free_pages");
unsigned long dmd_get_free_pages(unsigned int gfp, unsigned int order)
{
	uint64_t base = take_pages(gfp, order, NUMA_NO_NODE, dmd_caller());

	return base == DMD_NO_ADDRESS ? 0 : (unsigned long)phys_to_virt(base);
}
extern unsigned long
dmd_get_free_pages_noprof(unsigned int gfp,
			  unsigned int order) __asm__("get_free_pages_noprof")
	__attribute__((alias("__get_free_pages")));

unsigned long dmd_get_zeroed_page(unsigned int gfp) __asm__("get_zeroed_page");
unsigned long dmd_get_zeroed_page(unsigned int gfp)
{
	return dmd_get_free_pages(gfp | dmd_gfp_zero, 0);
}
extern unsigned long
dmd_get_zeroed_page_noprof(unsigned int gfp) __asm__("get_zeroed_page_noprof")
	__attribute__((alias("get_zeroed_page")));

#define DMD_ALLOC_PAGES(own, symbol)                                           \
	struct page *own(unsigned int gfp, unsigned int order, int nid,        \
			 void *nodemask) __asm__(symbol);                      \
	struct page *own(unsigned int gfp, unsigned int order, int nid,        \
			 void *nodemask)                                       \
	{                                                                      \
		return take_page(gfp, order, nid, dmd_caller());               \
	}

#ifdef DMD_HAVE_ALLOC_PAGES_NODEMASK
DMD_ALLOC_PAGES(dmd_alloc_pages_nodemask, "__alloc_pages_nodemask")
#else
DMD_ALLOC_PAGES(dmd_alloc_pages, "__alloc_pages")
DMD_ALLOC_PAGES(dmd_alloc_pages_noprof, "__alloc_pages_noprof")
#endif

struct page *
dmd_alloc_pages_node(int nid, unsigned int gfp,
		     unsigned int order) __asm__("alloc_pages_node_noprof");
struct page *dmd_alloc_pages_node(int nid, unsigned int gfp, unsigned int order)
{
	return take_page(gfp, order, nid, dmd_caller());
}

#ifdef CONFIG_NUMA
/* Functions of their own where there are nodes. */
struct page *dmd_alloc_pages_near(unsigned int gfp, unsigned int order);
struct page *dmd_alloc_pages_near(unsigned int gfp, unsigned int order)
{
	return take_page(gfp, order, NUMA_NO_NODE, dmd_caller());
}

#define DMD_ALLOC_NEAR(own, symbol)                                            \
	extern struct page *own(unsigned int gfp, unsigned int order) __asm__( \
		symbol) __attribute__((alias("dmd_alloc_pages_near")))

DMD_ALLOC_NEAR(dmd_alloc_near, "alloc_pages");
DMD_ALLOC_NEAR(dmd_alloc_near_noprof, "alloc_pages_noprof");
DMD_ALLOC_NEAR(dmd_alloc_near_current, "alloc_pages_current");
#endif

void split_page(struct page *page, unsigned int order)
{
	dmd_regions_split(page_to_phys(page), (u64)PAGE_SIZE << order,
			  PAGE_SIZE);
}

/* Pages that need not lie together are as good as any. */
#ifdef DMD_HAVE_KVMALLOC_ALIGN
void *dmd_kvmalloc(size_t bytes, unsigned long align, gfp_t gfp,
		   int node) __asm__("__kvmalloc_node_noprof");
void *dmd_kvmalloc(size_t bytes, unsigned long align, gfp_t gfp, int node)
#else
void *dmd_kvmalloc(size_t bytes, gfp_t gfp,
		   int node) __asm__("__kvmalloc_node_noprof");
void *dmd_kvmalloc(size_t bytes, gfp_t gfp, int node)
#endif
{
	return dmd_slab_allocate(bytes, (__force u32)gfp, dmd_caller());
}

void __free_pages(struct page *page, unsigned int order)
{
	give_back(page_to_phys(page), (u64)PAGE_SIZE << order, dmd_caller());
}

/* What the kernel kept in a page of its own were addresses of this host, which
 * nobody who gets the page uncleared is to see: no two runs would be alike. */
void free_pages(unsigned long addr, unsigned int order)
{
	if (addr && !order)
		memset((void *)addr, 0, PAGE_SIZE);
	if (addr)
		give_back(__pa(addr), (u64)PAGE_SIZE << order, dmd_caller());
}
