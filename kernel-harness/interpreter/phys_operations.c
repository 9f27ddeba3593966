/* SPDX-License-Identifier: GPL-2.0-only */
/* Resources, physical addresses and questions about a device. */
#include <linux/dma-mapping.h>

#include "dmd_features.h"
#include "observe.h"
#include "operations.h"
#include "swiotlb_view.h"

static void do_map_resource(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	u64 address;

	if (!dmd_begin_mapping(c) || op->size > DMD_LARGEST_RANGE)
		return dmd_bad(c);
	address = dma_map_resource(c->dev, op->arg, op->size, op->direction,
				   dmd_kernel_attrs(op->attrs));
	if (dma_mapping_error(c->dev, address))
		return dmd_mapping_failed(c);
	dmd_end_mapping(c, DMD_MAPPING_RESOURCE, address);
}

static void do_unmap_resource(struct dmd_context *c)
{
	struct dmd_mapping *mapping;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_RESOURCE))
		return;
	mapping = c->mapping;
	dma_unmap_resource(c->dev, mapping->address, mapping->size,
			   mapping->direction,
			   mapping->attrs | dmd_kernel_attrs(c->op->attrs));
	mapping->kind = DMD_MAPPING_NONE;
	dmd_observe_pool(c->dev, mapping->phys, mapping->size, c->result);
}

#ifdef DMD_HAVE_MAP_PHYS
static void do_map_phys(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	u64 address;

	if (!dmd_begin_mapping(c) ||
	    !dmd_buffer_holds(op->buffer, op->offset, op->size))
		return dmd_bad(c);
	address = dma_map_phys(
		c->dev, dmd_state->buffers[op->buffer].base + op->offset,
		op->size, op->direction, dmd_kernel_attrs(op->attrs));
	if (dma_mapping_error(c->dev, address))
		return dmd_mapping_failed(c);
	dmd_end_mapping(c, DMD_MAPPING_PHYS, address);
	c->result->data_digest =
		dmd_digest_bounced(c->dev, c->mapping->phys, op->size, 0);
}

static void do_unmap_phys(struct dmd_context *c)
{
	struct dmd_mapping *mapping;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_PHYS))
		return;
	mapping = c->mapping;
	dma_unmap_phys(c->dev, mapping->address, mapping->size,
		       mapping->direction,
		       mapping->attrs | dmd_kernel_attrs(c->op->attrs));
	mapping->kind = DMD_MAPPING_NONE;
	c->result->data_digest = dmd_digest_bounced(
		c->dev, mapping->phys, mapping->size,
		dmd_digest_buffer(mapping, 0, mapping->size));
	dmd_observe_pool(c->dev, mapping->phys, mapping->size, c->result);
}
#else
static void do_map_phys(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;

	if (!dmd_begin_mapping(c) ||
	    !dmd_buffer_holds(op->buffer, op->offset, op->size))
		return dmd_bad(c);
	dmd_set_errno(c->result, -EOPNOTSUPP);
}

/* None can be live. */
static void do_unmap_phys(struct dmd_context *c)
{
	dmd_find_mapping_of(c, DMD_MAPPING_PHYS);
}
#endif

static void do_question(struct dmd_context *c)
{
	u64 *value = &c->result->value;

	if (!dmd_use_device(c, c->op->device))
		return dmd_bad(c);
	switch (c->op->kind) {
	case DMD_OP_REQUIRED_MASK:
		*value = dma_get_required_mask(c->dev);
		break;
	case DMD_OP_ADDRESSING_LIMITED:
		*value = dma_addressing_limited(c->dev);
		break;
	default:
#ifdef DMD_HAVE_OPT_MAPPING_SIZE
		*value = dma_opt_mapping_size(c->dev);
#else
		dmd_set_errno(c->result, -EOPNOTSUPP);
#endif
	}
	dmd_swiotlb_account(dmd_swiotlb_of_device(c->dev), c->result);
}

static void do_need_sync(struct dmd_context *c)
{
	if (!dmd_find_mapping(c))
		return;
	if (c->mapping->kind != DMD_MAPPING_DMA &&
	    c->mapping->kind != DMD_MAPPING_PHYS)
		return dmd_bad(c);
	c->result->value =
		dma_need_sync(c->dev, c->mapping->address + c->op->offset);
	dmd_swiotlb_account(dmd_swiotlb_of_device(c->dev), c->result);
}

bool dmd_phys_operation(struct dmd_context *c)
{
	switch (c->op->kind) {
	case DMD_OP_MAP_RESOURCE:
		do_map_resource(c);
		return true;
	case DMD_OP_UNMAP_RESOURCE:
		do_unmap_resource(c);
		return true;
	case DMD_OP_MAP_PHYS:
		do_map_phys(c);
		return true;
	case DMD_OP_UNMAP_PHYS:
		do_unmap_phys(c);
		return true;
	case DMD_OP_OPT_MAPPING_SIZE:
	case DMD_OP_REQUIRED_MASK:
	case DMD_OP_ADDRESSING_LIMITED:
		do_question(c);
		return true;
	case DMD_OP_NEED_SYNC:
		do_need_sync(c);
		return true;
	default:
		return false;
	}
}
