/* SPDX-License-Identifier: GPL-2.0-only */
/* Scatterlists, SPEC.md "Scatterlists, allocations, resources". */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "bus_address.h"
#include "device_access.h"
#include "observe.h"
#include "operations.h"
#include "digest.h"
#include "services.h"
#include "swiotlb_view.h"

static struct dmd_sglist *list_of(const struct dmd_mapping *mapping)
{
	return &dmd_state->sglists[mapping->buffer];
}

static u64 entry_address(const struct dmd_sglist *list, u32 entry)
{
	return dmd_state->buffers[list->entries[entry].buffer].base +
	       list->entries[entry].offset;
}

static void do_entry(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	struct dmd_sglist *list;

	if (op->mapping >= DMD_MAX_SGLISTS || op->arg >= DMD_MAX_SG_ENTRIES ||
	    !op->size || !dmd_buffer_holds(op->buffer, op->offset, op->size) ||
	    op->size > U32_MAX)
		return dmd_bad(c);
	list = &dmd_state->sglists[op->mapping];
	if (list->mapped || (op->arg && op->arg != list->count))
		return dmd_bad(c);
	list->chunk = op->device;
	list->count = (u32)op->arg + 1;
	list->entries[op->arg].buffer = op->buffer;
	list->entries[op->arg].offset = op->offset;
	list->entries[op->arg].size = op->size;
}

/* Lays the entries out in tables, the way drivers do. */
static struct scatterlist *build(struct dmd_sglist *list)
{
	u32 chunk = list->chunk ? list->chunk : list->count;
	struct scatterlist *table = list->storage, *last = NULL;

	for (u32 done = 0; done < list->count;) {
		u32 count = min(chunk, list->count - done);
		u32 room = count < list->count - done ? count + 1 : count;

		sg_init_table(table, room);
		if (last)
			sg_chain(last, chunk + 1, table);
		for (u32 i = 0; i < count; i++, done++) {
			u64 address = entry_address(list, done);

			sg_set_page(&table[i], phys_to_page(address),
				    list->entries[done].size,
				    offset_in_page(address));
		}
		last = table;
		table += room;
	}
	return list->storage;
}

static void digest_segments(struct dmd_context *c, u64 digest)
{
	struct io_tlb_mem *mem = dmd_swiotlb_of_device(c->dev);
	struct dmd_result touched = {0};
	struct scatterlist *sg;
	u64 slots = 0;
	u32 i;

	if (dmd_state->machine.flags & DMD_MACHINE_UNOBSERVED)
		return;
	for_each_sg(list_of(c->mapping)->tables, sg, c->mapping->segments, i)
	{
		u64 size = sg_dma_len(sg);
		u64 address = dmd_bus_resolve(c->dev, sg_dma_address(sg));

		if (!dmd_swiotlb_contains(mem, address))
			continue;
		digest = dmd_digest_bounced(c->dev, address, size, digest);
		dmd_swiotlb_touch(mem, address, size, &touched);
		slots = dmd_digest_bytes(slots, &touched.slot_digest,
					 sizeof(touched.slot_digest));
	}
	c->result->data_digest = digest;
	c->result->slot_digest = slots;
	/* Making the mapping may have told them already. */
	c->result->used = 0;
	c->result->hiwater = 0;
	dmd_swiotlb_account(mem, c->result);
}

static u64 digest_table(const struct dmd_mapping *mapping)
{
	struct scatterlist *sg;
	u64 digest = 0;
	u32 i;

	for_each_sg(list_of(mapping)->tables, sg, mapping->segments, i)
	{
		u64 words[] = {sg_dma_address(sg), sg_dma_len(sg)};

		digest = dmd_digest_bytes(digest, words, sizeof(words));
	}
	return digest;
}

static u64 digest_entries(const struct dmd_mapping *mapping)
{
	const struct dmd_sglist *list = list_of(mapping);
	u64 digest = 0;

	for (u32 i = 0; i < list->count; i++)
		digest = dmd_digest_around(list->entries[i].buffer,
					   list->entries[i].offset,
					   list->entries[i].size, digest);
	return digest;
}

static void do_map_sg(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	struct dmd_sglist *list;
	unsigned int segments;

	if (!dmd_begin_mapping(c) || op->buffer >= DMD_MAX_SGLISTS)
		return dmd_bad(c);
	list = &dmd_state->sglists[op->buffer];
	if (!list->count || list->mapped)
		return dmd_bad(c);
	list->tables = build(list);
	segments = dma_map_sg_attrs(c->dev, list->tables, (int)list->count,
				    op->direction, dmd_kernel_attrs(op->attrs));
	if (!segments)
		return dmd_mapping_failed(c);
	list->mapped = true;
	dmd_end_mapping(c, DMD_MAPPING_SG, 0);
	c->mapping->segments = segments;
	c->result->value = segments;
	digest_segments(c, digest_table(c->mapping));
}

static u64 bytes_of(const struct dmd_sglist *list)
{
	u64 bytes = 0;

	for (u32 i = 0; i < list->count; i++)
		bytes += list->entries[i].size;
	return bytes;
}

/* Below the DMA API: the list is only read, and is nobody's afterwards. */
static void do_iommu_map_sg(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	struct dmd_sglist *list;
	u64 mapped = 0;
	int error;

	if (!dmd_begin_mapping(c) || op->buffer >= DMD_MAX_SGLISTS)
		return dmd_bad(c);
	list = &dmd_state->sglists[op->buffer];
	if (!list->count || list->mapped)
		return dmd_bad(c);
	error = dmd_iommu_core_map_sg(c->dev, op->arg, build(list), list->count,
				      op->direction, &mapped);
	dmd_set_errno(c->result, error);
	c->result->value = mapped;
	if (!error && !mapped)
		c->result->status = DMD_STATUS_MAPPING_ERROR;
	if (!mapped)
		return;
	*c->mapping = (struct dmd_mapping){
		.address = op->arg,
		.phys = entry_address(list, 0),
		.size = bytes_of(list),
		.offset = list->entries[0].offset,
		.kind = DMD_MAPPING_IOMMU,
		.device = op->device,
		.buffer = list->entries[0].buffer,
		.direction = op->direction,
	};
}

static void do_unmap_sg(struct dmd_context *c)
{
	struct dmd_mapping *mapping;
	struct dmd_sglist *list;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_SG))
		return;
	mapping = c->mapping;
	list = list_of(mapping);
	dma_unmap_sg_attrs(c->dev, list->tables, (int)list->count,
			   mapping->direction,
			   mapping->attrs | dmd_kernel_attrs(c->op->attrs));
	mapping->kind = DMD_MAPPING_NONE;
	list->mapped = false;
	digest_segments(c, digest_entries(mapping));
}

static void do_sync_sg(struct dmd_context *c)
{
	struct dmd_sglist *list;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_SG))
		return;
	list = list_of(c->mapping);
	if (c->op->kind == DMD_OP_SYNC_SG_FOR_CPU)
		dma_sync_sg_for_cpu(c->dev, list->tables, (int)list->count,
				    c->mapping->direction);
	else
		dma_sync_sg_for_device(c->dev, list->tables, (int)list->count,
				       c->mapping->direction);
	digest_segments(c, digest_entries(c->mapping));
}

static void do_segment(struct dmd_context *c)
{
	struct scatterlist *sg;
	u32 i;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_SG))
		return;
	for_each_sg(list_of(c->mapping)->tables, sg, c->mapping->segments, i)
	{
		if (i != c->op->arg)
			continue;
		c->result->value = c->op->kind == DMD_OP_SG_ADDRESS
					   ? sg_dma_address(sg)
					   : sg_dma_len(sg);
		return;
	}
	dmd_set_errno(c->result, -ENOENT);
}

/* One part of an access, counted from 0. */
typedef void part_fn(struct dmd_context *c, u64 address, u64 size, u32 part);

static void check_part(struct dmd_context *c, u64 address, u64 size, u32 part)
{
	u64 phys, done = 0, now;

	for (; done < size; done += now) {
		now = dmd_bus_translate(c->dev, address + done, size - done,
					c->op->kind == DMD_OP_DEV_WRITE, &phys);
		if (now && dmd_in_memory(phys, now))
			continue;
		c->result->status = DMD_STATUS_BUS_ERROR;
		return;
	}
}

static void access_part(struct dmd_context *c, u64 address, u64 size, u32 part)
{
	u64 before = c->result->data_digest;
	struct dmd_op op = *c->op;

	op.size = size;
	op.arg += part;
	dmd_device_access(c->dev, address, &op, before, c->result);
}

static void each_part(struct dmd_context *c, part_fn *access)
{
	u64 offset = c->op->offset, left = c->op->size;
	struct scatterlist *sg;
	u32 part = 0, i;

	for_each_sg(list_of(c->mapping)->tables, sg, c->mapping->segments, i)
	{
		bool last = i + 1 == c->mapping->segments;
		u64 size;

		if (!last && offset >= sg_dma_len(sg)) {
			offset -= sg_dma_len(sg);
			continue;
		}
		size = last ? left : min(left, sg_dma_len(sg) - offset);
		access(c, sg_dma_address(sg) + offset, size, part++);
		left -= size;
		offset = 0;
		if (!left)
			break;
	}
}

void dmd_sg_device_access(struct dmd_context *c)
{
	each_part(c, check_part);
	if (c->result->status == DMD_STATUS_OK) {
		each_part(c, access_part);
		dmd_swiotlb_account(dmd_swiotlb_of_device(c->dev), c->result);
	}
}

bool dmd_sg_operation(struct dmd_context *c)
{
	switch (c->op->kind) {
	case DMD_OP_SG_ENTRY:
		do_entry(c);
		return true;
	case DMD_OP_MAP_SG:
		do_map_sg(c);
		return true;
	case DMD_OP_IOMMU_MAP_SG:
		do_iommu_map_sg(c);
		return true;
	case DMD_OP_UNMAP_SG:
		do_unmap_sg(c);
		return true;
	case DMD_OP_SYNC_SG_FOR_CPU:
	case DMD_OP_SYNC_SG_FOR_DEVICE:
		do_sync_sg(c);
		return true;
	case DMD_OP_SG_ADDRESS:
	case DMD_OP_SG_LENGTH:
		do_segment(c);
		return true;
	default:
		return false;
	}
}
