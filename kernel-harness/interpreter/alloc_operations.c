/* SPDX-License-Identifier: GPL-2.0-only */
/* Coherent memory, SPEC.md "Scatterlists, allocations, resources". */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "dmd_features.h"
#include "observe.h"
#include "operations.h"
#include "swiotlb_calls.h"
#include "digest.h"
#include "services.h"
#include "vmap.h"

static gfp_t kernel_gfp(const struct dmd_op *op)
{
	static const gfp_t choices[DMD_GFP_CHOICES] = {
		[DMD_GFP_KERNEL] = GFP_KERNEL,
		[DMD_GFP_ATOMIC] = GFP_ATOMIC,
		[DMD_GFP_ATOMIC_DMA32] = GFP_ATOMIC | GFP_DMA32,
		[DMD_GFP_ATOMIC_DMA] = GFP_ATOMIC | GFP_DMA,
	};

	return choices[op->arg];
}

/* Whether the CPU has an address for the memory: else it is a cookie. */
static bool has_cpu_address(const struct dmd_mapping *mapping)
{
	u64 address = virt_to_phys(mapping->cpu);

	return dmd_is_vmalloc_addr(mapping->cpu) ||
	       dmd_in_memory(address, mapping->size);
}

static void made(struct dmd_context *c, enum dmd_mapping_kind kind, void *cpu,
		 u64 address)
{
	const void *bytes = cpu;

	dmd_end_mapping(c, kind, address);
	c->mapping->cpu = cpu;
	if (!dmd_is_vmalloc_addr(cpu) &&
	    dmd_in_memory(c->mapping->phys, c->op->size))
		bytes = phys_to_virt(c->mapping->phys);
	else if (!has_cpu_address(c->mapping))
		return;
	if (!(dmd_state->machine.flags & DMD_MACHINE_UNOBSERVED))
		c->result->data_digest =
			dmd_digest_bytes(0, bytes, c->op->size);
}

static void do_dma_alloc(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	dma_addr_t address = 0;
	void *cpu;

	if (op->arg > DMD_GFP_ATOMIC || op->size > DMD_LARGEST_RANGE ||
	    !dmd_begin_mapping(c))
		return dmd_bad(c);
	cpu = dma_alloc_attrs(c->dev, op->size, &address, kernel_gfp(op),
			      dmd_kernel_attrs(op->attrs));
	if (!cpu)
		return dmd_mapping_failed(c);
	made(c, DMD_MAPPING_COHERENT, cpu, address);
}

static void do_dma_free(struct dmd_context *c)
{
	struct dmd_mapping *mapping;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_COHERENT))
		return;
	mapping = c->mapping;
	dma_free_attrs(c->dev, mapping->size, mapping->cpu, mapping->address,
		       mapping->attrs);
	mapping->kind = DMD_MAPPING_NONE;
	dmd_observe_pool(c->dev, mapping->phys, mapping->size, c->result);
}

static u64 digest_entries_of(const struct sg_table *table)
{
	struct scatterlist *sg;
	u64 digest = 0;
	int i;

	for_each_sgtable_sg(table, sg, i)
	{
		u64 words[] = {sg_phys(sg), sg->length};

		digest = dmd_digest_bytes(digest, words, sizeof(words));
	}
	return digest;
}

/* The table is looked at, and freed. */
static void do_get_sgtable(struct dmd_context *c)
{
	const struct dmd_mapping *mapping;
	struct sg_table table;
	int error;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_COHERENT))
		return;
	mapping = c->mapping;
	if (!has_cpu_address(mapping) ||
	    dmd_state->devices[mapping->device].is_of_xen)
		return dmd_bad(c);
	error = dma_get_sgtable_attrs(c->dev, &table, mapping->cpu,
				      mapping->address, mapping->size,
				      mapping->attrs);
	dmd_set_errno(c->result, error);
	if (error)
		return;
	c->result->value = table.orig_nents;
	if (!(dmd_state->machine.flags & DMD_MACHINE_UNOBSERVED))
		c->result->data_digest = digest_entries_of(&table);
	sg_free_table(&table);
}

/* What dma-direct asks of memory from an atomic pool. */
static bool reaches(struct device *dev, phys_addr_t address, size_t size)
{
	return address + size - 1 <=
	       min_not_zero(dev->coherent_dma_mask, dev->bus_dma_limit);
}

static void do_pool_alloc(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	struct page *page;
	void *cpu = NULL;
	gfp_t gfp;

	if (op->arg == DMD_GFP_KERNEL || op->arg >= DMD_GFP_CHOICES ||
	    op->size > DMD_LARGEST_RANGE || !dmd_begin_mapping(c))
		return dmd_bad(c);
	gfp = kernel_gfp(op) |
	      (op->attrs & DMD_ATTR_NO_WARN ? __GFP_NOWARN : 0);
#ifdef DMD_HAVE_POOL_ALLOC_ATTRS
	page = dma_alloc_from_pool(c->dev, PAGE_ALIGN(op->size), &cpu, gfp,
				   dmd_shared_attr(c->dev), reaches);
#else
	page = dma_alloc_from_pool(c->dev, PAGE_ALIGN(op->size), &cpu, gfp,
				   reaches);
#endif
	if (!page)
		return dmd_mapping_failed(c);
	made(c, DMD_MAPPING_POOL, cpu, page_to_phys(page));
}

static void do_pool_free(struct dmd_context *c)
{
	struct dmd_mapping *mapping;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_POOL))
		return;
	mapping = c->mapping;
	c->result->value = dma_free_from_pool(c->dev, mapping->cpu,
					      PAGE_ALIGN(mapping->size));
	mapping->kind = DMD_MAPPING_NONE;
	dmd_observe_pool(c->dev, mapping->address, mapping->size, c->result);
}

static void do_cpu_access(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	struct dmd_mapping *mapping;
	char *bytes;

	if (!dmd_find_mapping(c))
		return;
	mapping = c->mapping;
	if ((mapping->kind != DMD_MAPPING_COHERENT &&
	     mapping->kind != DMD_MAPPING_POOL) ||
	    !has_cpu_address(mapping) || op->offset > mapping->size ||
	    op->size > mapping->size - op->offset)
		return dmd_bad(c);
	bytes = (char *)mapping->cpu + op->offset;
	if (op->kind == DMD_OP_CPU_WRITE)
		dmd_pattern(op->arg, bytes, op->size);
	else
		c->result->data_digest = dmd_digest_bytes(0, bytes, op->size);
	dmd_observe_pool(c->dev, mapping->phys + op->offset, op->size,
			 c->result);
}

bool dmd_alloc_operation(struct dmd_context *c)
{
	switch (c->op->kind) {
	case DMD_OP_ALLOC:
		do_dma_alloc(c);
		return true;
	case DMD_OP_FREE:
		do_dma_free(c);
		return true;
	case DMD_OP_POOL_ALLOC:
		do_pool_alloc(c);
		return true;
	case DMD_OP_POOL_FREE:
		do_pool_free(c);
		return true;
	case DMD_OP_GET_SGTABLE:
		do_get_sgtable(c);
		return true;
	case DMD_OP_CPU_WRITE:
	case DMD_OP_CPU_READ:
		do_cpu_access(c);
		return true;
	default:
		return false;
	}
}
