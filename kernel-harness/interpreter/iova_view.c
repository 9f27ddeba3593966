/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compiles the tree's iova.c, and looks inside: its caches are private to it.
 */
#include "drivers/iommu/iova.c"

#include "digest.h"
#include "iova_view.h"
#include "kmem_cache.h"
#include "dmd_features.h"

/* Nodes on each side of a pfn, and pfns of a magazine, that a step's digests
 * take in. */
#define WINDOW_NODES 4
#define WINDOW_PFNS 8

/* More than any depot holds. */
#define LARGEST_DEPOT 4096

static const struct iova_rcache *rcache_of(const struct iova_domain *iovad,
					   unsigned int order)
{
	return &iovad->rcaches[order];
}

#ifdef DMD_HAVE_IOVA_INIT_RCACHES
bool dmd_iova_has_rcaches(const struct iova_domain *iovad)
{
	return iovad->rcaches;
}

static int init_rcaches(struct iova_domain *iovad)
{
	return iova_domain_init_rcaches(iovad);
}
#else
bool dmd_iova_has_rcaches(const struct iova_domain *iovad)
{
	return true;
}

static int init_rcaches(struct iova_domain *iovad)
{
	return 0;
}
#endif

int dmd_iova_init(struct iova_domain *iovad, unsigned long granule,
		  unsigned long start_pfn, bool rcaches)
{
	int error;

#ifndef DMD_HAVE_IOVA_INIT_RCACHES
	if (!rcaches)
		return -EOPNOTSUPP;
#endif
	error = iova_cache_get();
	if (error)
		return error;
	*iovad = (struct iova_domain){};
	init_iova_domain(iovad, granule, start_pfn);
	if (rcaches)
		error = init_rcaches(iovad);
	if (error)
		dmd_iova_put(iovad);
	return error;
}

void dmd_iova_put(struct iova_domain *iovad)
{
	put_iova_domain(iovad);
	iova_cache_put();
}

void dmd_iova_cpu_gone(struct iova_domain *iovad, unsigned int cpu)
{
#ifdef DMD_HAVE_FREE_CPU_CACHED_IOVAS
	free_cpu_cached_iovas(cpu, iovad);
#endif
}

bool dmd_iova_cacheable(unsigned long pages)
{
	return pages && order_base_2(pages) < IOVA_RANGE_CACHE_MAX_SIZE;
}

static const struct iova *range_of(const struct rb_node *node)
{
	return rb_entry(node, struct iova, node);
}

/* The first node that ends at pfn or above; the anchor always does. */
static struct rb_node *node_at(struct iova_domain *iovad, unsigned long pfn)
{
	struct rb_node *node = iovad->rbroot.rb_node, *found = NULL;

	while (node) {
		if (range_of(node)->pfn_hi < pfn) {
			node = node->rb_right;
		} else {
			found = node;
			node = node->rb_left;
		}
	}
	return found;
}

static void add_node(struct dmd_word_digest *digest, struct rb_node *node)
{
	dmd_words_add(digest, range_of(node)->pfn_lo);
	dmd_words_add(digest, range_of(node)->pfn_hi);
}

static uint64_t digest_around(struct iova_domain *iovad, unsigned long pfn)
{
	struct rb_node *start = node_at(iovad, pfn), *node = start;
	struct dmd_word_digest digest;
	unsigned int before = 0;

	while (node && before < WINDOW_NODES && rb_prev(node)) {
		node = rb_prev(node);
		before++;
	}
	dmd_words_begin(&digest, 0);
	for (unsigned int i = 0; node && i <= before + WINDOW_NODES; i++) {
		add_node(&digest, node);
		node = rb_next(node);
	}
	return dmd_words_end(&digest);
}

static void add_domain(struct dmd_word_digest *digest,
		       const struct iova_domain *iovad)
{
	dmd_words_add(digest, range_of(iovad->cached_node)->pfn_lo);
	dmd_words_add(digest, range_of(iovad->cached32_node)->pfn_lo);
	dmd_words_add(digest, iovad->max32_alloc_size);
}

/* The last pfns that were pushed, at most so many. */
static void add_magazine(struct dmd_word_digest *digest,
			 const struct iova_magazine *magazine,
			 unsigned long most)
{
	unsigned long size = magazine ? magazine->size : 0;

	dmd_words_add(digest, magazine ? size : DMD_NONE);
	for (unsigned long i = size > most ? size - most : 0; i < size; i++)
		dmd_words_add(digest, magazine->pfns[i]);
}

void dmd_iova_account(struct dmd_result *result)
{
	result->used = dmd_cache_live("iommu_iova");
	result->hiwater = dmd_cache_live("iommu_iova_magazine");
}

void dmd_iova_observe(struct iova_domain *iovad, unsigned long pfn,
		      unsigned long pages, struct dmd_result *result)
{
	struct dmd_word_digest digest;

	dmd_iova_account(result);
	result->data_digest = digest_around(iovad, pfn);
	dmd_words_begin(&digest, 0);
	add_domain(&digest, iovad);
	if (dmd_iova_has_rcaches(iovad) && dmd_iova_cacheable(pages)) {
		const struct iova_rcache *rcache =
			rcache_of(iovad, order_base_2(pages));
		const struct iova_cpu_rcache *cpu =
			raw_cpu_ptr(rcache->cpu_rcaches);

		add_magazine(&digest, cpu->loaded, WINDOW_PFNS);
		add_magazine(&digest, cpu->prev, WINDOW_PFNS);
		result->area = order_base_2(pages);
		result->area_used = cpu->loaded ? cpu->loaded->size : DMD_NONE;
		result->area_index = rcache->depot_size;
	}
	result->slot_digest = dmd_words_end(&digest);
}

/* Calls see() for all magazines of a domain, in the order of the ABI. */
struct magazine_visit {
	void (*see)(void *context, const struct iova_magazine *magazine,
		    unsigned int order, uint32_t cpu, uint32_t place);
	void *context;
};

static void visit_depot(const struct iova_rcache *rcache, unsigned int order,
			const struct magazine_visit *visit)
{
#ifdef DMD_HAVE_IOVA_DEPOT_LIST
	const struct iova_magazine *magazine = rcache->depot;
	struct iova_magazine full;

	/* Where it was full, its size is the link now. */
	for (unsigned int i = 0; magazine && i < LARGEST_DEPOT; i++) {
		full = *magazine;
		full.size = IOVA_MAG_SIZE;
		visit->see(visit->context, &full, order, DMD_NONE, i);
		magazine = magazine->next;
	}
#else
	for (unsigned int i = 0; i < rcache->depot_size; i++)
		visit->see(visit->context,
			   rcache->depot[rcache->depot_size - 1 - i], order,
			   DMD_NONE, i);
#endif
}

static void visit_magazines(const struct iova_domain *iovad,
			    const struct magazine_visit *visit)
{
	const struct iova_cpu_rcache *cached;
	unsigned int cpu;

	if (!dmd_iova_has_rcaches(iovad))
		return;
	for (unsigned int i = 0; i < IOVA_RANGE_CACHE_MAX_SIZE; i++) {
		for_each_possible_cpu(cpu)
		{
			cached = per_cpu_ptr(rcache_of(iovad, i)->cpu_rcaches,
					     cpu);
			visit->see(visit->context, cached->loaded, i, cpu, 0);
			visit->see(visit->context, cached->prev, i, cpu, 1);
		}
		visit_depot(rcache_of(iovad, i), i, visit);
	}
}

static void digest_one(void *context, const struct iova_magazine *magazine,
		       unsigned int order, uint32_t cpu, uint32_t place)
{
	add_magazine(context, magazine, IOVA_MAG_SIZE);
}

void dmd_iova_digest(struct iova_domain *iovad, struct dmd_result *result)
{
	struct dmd_word_digest digest;
	const struct magazine_visit visit = {digest_one, &digest};

	dmd_words_begin(&digest, result->value);
	for (struct rb_node *node = rb_first(&iovad->rbroot); node;
	     node = rb_next(node))
		add_node(&digest, node);
	result->value = dmd_words_end(&digest);
	dmd_words_begin(&digest, result->slot_digest);
	add_domain(&digest, iovad);
	visit_magazines(iovad, &visit);
	result->slot_digest = dmd_words_end(&digest);
}

void dmd_iova_read(struct iova_domain *iovad,
		   struct dmd_iova_domain_state *state)
{
	*state = (struct dmd_iova_domain_state){
		.granule = iovad->granule,
		.start_pfn = iovad->start_pfn,
		.dma_32bit_pfn = iovad->dma_32bit_pfn,
		.max32_alloc_size = iovad->max32_alloc_size,
		.cached_pfn = range_of(iovad->cached_node)->pfn_lo,
		.cached32_pfn = range_of(iovad->cached32_node)->pfn_lo,
		.has_rcaches = dmd_iova_has_rcaches(iovad),
	};
	for (struct rb_node *node = rb_first(&iovad->rbroot); node;
	     node = rb_next(node))
		state->nodes++;
}

uint32_t dmd_iova_read_nodes(struct iova_domain *iovad, uint64_t first,
			     struct dmd_iova_node_state *nodes,
			     uint32_t capacity)
{
	struct rb_node *node = rb_first(&iovad->rbroot);
	uint32_t count = 0;

	while (node && first--)
		node = rb_next(node);
	for (; node && count < capacity; node = rb_next(node)) {
		nodes[count].pfn_lo = range_of(node)->pfn_lo;
		nodes[count++].pfn_hi = range_of(node)->pfn_hi;
	}
	return count;
}

struct magazine_rows {
	struct dmd_iova_magazine_state *rows;
	uint32_t capacity;
	uint32_t count;
};

static void add_row(void *context, const struct iova_magazine *magazine,
		    unsigned int order, uint32_t cpu, uint32_t place)
{
	struct magazine_rows *rows = context;
	struct dmd_word_digest digest;

	if (!magazine || !magazine->size || rows->count == rows->capacity)
		return;
	dmd_words_begin(&digest, 0);
	add_magazine(&digest, magazine, IOVA_MAG_SIZE);
	rows->rows[rows->count++] = (struct dmd_iova_magazine_state){
		.digest = dmd_words_end(&digest),
		.order = order,
		.cpu = cpu,
		.place = place,
		.count = magazine->size,
	};
}

uint32_t dmd_iova_read_magazines(struct iova_domain *iovad,
				 struct dmd_iova_magazine_state *magazines,
				 uint32_t capacity)
{
	struct magazine_rows rows = {magazines, capacity, 0};
	const struct magazine_visit visit = {add_row, &rows};

	visit_magazines(iovad, &visit);
	return rows.count;
}
