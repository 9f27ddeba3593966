/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables of any set of page sizes. A node stands for the aligned range of
 * one page size: it is a page, or it counts the smaller pages inside, so that
 * an overlap of any two sizes is found by looking at one node a size.
 */
#include "mock_iommu.h"
#include "mock_memory.h"
#include "services.h"

#define NO_NODE 0u

static uint32_t bucket_of(uint32_t domain, uint64_t base, uint64_t size)
{
	uint64_t h = (base ^ size * 31 ^ (uint64_t)domain << 52) *
		     0x9E3779B97F4A7C15ull;

	return (uint32_t)(h >> (64 - DMD_NODE_BUCKET_BITS));
}

static struct dmd_node *node_at(uint32_t index)
{
	return &dmd_iommu_memory->nodes[index];
}

static struct dmd_node *find(uint32_t domain, uint64_t base, uint64_t size)
{
	uint32_t index =
		dmd_iommu_memory->node_heads[bucket_of(domain, base, size)];

	for (; index != NO_NODE; index = node_at(index)->next) {
		struct dmd_node *node = node_at(index);

		if (node->base == base && node->size == size &&
		    node->domain == domain)
			return node;
	}
	return NULL;
}

static struct dmd_node *make(uint32_t domain, uint64_t base, uint64_t size)
{
	struct dmd_iommu_memory *memory = dmd_iommu_memory;
	uint32_t *head = &memory->node_heads[bucket_of(domain, base, size)];
	struct dmd_node *node = find(domain, base, size);
	uint32_t index = memory->free_node;

	if (node)
		return node;
	if (index != NO_NODE)
		memory->free_node = node_at(index)->next;
	else if (memory->node_count + 1 < DMD_MAX_NODES)
		index = ++memory->node_count;
	else
		dmd_misuse("the mock IOMMU's page table is full");
	node = node_at(index);
	*node = (struct dmd_node){
		.base = base, .size = size, .domain = domain, .next = *head};
	*head = index;
	return node;
}

static void drop(struct dmd_node *node)
{
	struct dmd_iommu_memory *memory = dmd_iommu_memory;
	uint32_t index = (uint32_t)(node - memory->nodes);
	uint32_t *link = &memory->node_heads[bucket_of(node->domain, node->base,
						       node->size)];

	while (*link != index)
		link = &node_at(*link)->next;
	*link = node->next;
	node->next = memory->free_node;
	memory->free_node = index;
}

/* The next larger page size, or 0. */
static uint64_t larger(uint64_t sizes, uint64_t size)
{
	uint64_t rest = sizes & ~(size | (size - 1));

	return rest & -rest;
}

static uint64_t smaller(uint64_t sizes, uint64_t size)
{
	uint64_t rest = sizes & (size - 1);

	return rest ? 1ull << (63 - __builtin_clzll(rest)) : 0;
}

static int is_free(uint32_t domain, uint64_t sizes, uint64_t iova,
		   uint64_t size)
{
	for (uint64_t s = size; s; s = larger(sizes, s)) {
		const struct dmd_node *node = find(domain, iova & ~(s - 1), s);

		if (node && (node->access || s == size))
			return 0;
	}
	return 1;
}

int dmd_page_table_map(uint32_t domain, uint64_t sizes, uint64_t iova,
		       uint64_t phys, uint64_t size, uint32_t access)
{
	struct dmd_node *page;

	if (!is_free(domain, sizes, iova, size))
		return 0;
	page = make(domain, iova, size);
	page->phys = phys;
	page->access = access | DMD_NODE_IS_PAGE;
	for (uint64_t s = larger(sizes, size); s; s = larger(sizes, s))
		make(domain, iova & ~(s - 1), s)->inside++;
	dmd_iommu_memory->pages[domain % DMD_MAX_DOMAINS]++;
	return 1;
}

static void remove_page(struct dmd_node *page, uint64_t sizes)
{
	uint64_t size = page->size;

	for (uint64_t s = larger(sizes, size); s; s = larger(sizes, s)) {
		struct dmd_node *above =
			find(page->domain, page->base & ~(s - 1), s);

		if (!--above->inside)
			drop(above);
	}
	dmd_iommu_memory->pages[page->domain % DMD_MAX_DOMAINS]--;
	drop(page);
}

uint64_t dmd_page_table_unmap(uint32_t domain, uint64_t sizes, uint64_t iova,
			      uint64_t size)
{
	struct dmd_node *node = find(domain, iova, size);
	uint64_t below = smaller(sizes, size), done = 0;

	if (!node)
		return 0;
	if (node->access) {
		remove_page(node, sizes);
		return size;
	}
	while (done < size) {
		uint64_t now =
			dmd_page_table_unmap(domain, sizes, iova + done, below);

		done += now;
		if (now < below)
			break;
	}
	return done;
}

struct dmd_translation dmd_page_table_walk(uint32_t domain, uint64_t sizes,
					   uint64_t iova)
{
	uint64_t granule = iova & ~(DMD_GRANULE - 1);

	for (uint64_t left = sizes; left; left &= left - 1) {
		uint64_t size = left & -left, base = iova & ~(size - 1);
		const struct dmd_node *node = find(domain, base, size);

		if (node && node->access)
			return (struct dmd_translation){
				.phys = node->phys + (granule - base),
				.access = node->access & ~DMD_NODE_IS_PAGE,
				.present = 1,
			};
	}
	return (struct dmd_translation){0};
}

uint64_t dmd_page_table_pages(uint32_t domain)
{
	return dmd_iommu_memory->pages[domain % DMD_MAX_DOMAINS];
}
