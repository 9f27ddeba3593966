/* SPDX-License-Identifier: GPL-2.0-only */
/* One operation after the other, SPEC.md "Operations". */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/swiotlb.h>

#include "bus_address.h"
#include "device_access.h"
#include "iommu_operations.h"
#include "iova_operations.h"
#include "highmem.h"
#include "machine.h"
#include "observe.h"
#include "operations.h"
#include "services.h"
#include "swiotlb_calls.h"
#include "swiotlb_view.h"
#include "xen_view.h"

bool dmd_in_memory(u64 address, u64 size)
{
	u64 end = dmd_state->machine.memory_bytes;

	return address < end && size <= end - address;
}

unsigned long dmd_kernel_attrs(u32 attrs)
{
	static const struct {
		u32 ours;
		unsigned long kernels;
	} table[] = {
		{DMD_ATTR_SKIP_CPU_SYNC, DMA_ATTR_SKIP_CPU_SYNC},
		{DMD_ATTR_NO_WARN, DMA_ATTR_NO_WARN},
		{DMD_ATTR_NO_KERNEL_MAPPING, DMA_ATTR_NO_KERNEL_MAPPING},
		{DMD_ATTR_FORCE_CONTIGUOUS, DMA_ATTR_FORCE_CONTIGUOUS},
		{DMD_ATTR_WRITE_COMBINE, DMA_ATTR_WRITE_COMBINE},
		{DMD_ATTR_SINGLE_PAGES, DMA_ATTR_ALLOC_SINGLE_PAGES},
#ifdef DMA_ATTR_MMIO
		{DMD_ATTR_MMIO, DMA_ATTR_MMIO},
#endif
	};
	unsigned long numbered;
	unsigned long result = 0;

	for (int i = 0; i < ARRAY_SIZE(table); i++)
		if (attrs & table[i].ours)
			result |= table[i].kernels;
	numbered = attrs & GENMASK(15, ilog2(DMD_ATTR_FIRST_NUMBERED));
	return result | numbered << 3;
}

void dmd_bad(struct dmd_context *c)
{
	c->result->status = DMD_STATUS_BAD_OP;
}

bool dmd_use_device(struct dmd_context *c, u32 device)
{
	if (device >= dmd_state->device_count)
		return false;
	c->dev = dmd_device(device);
	return true;
}

bool dmd_buffer_holds(u32 number, u64 offset, u64 size)
{
	const struct dmd_buffer *buffer = &dmd_state->buffers[number];

	return number < dmd_state->buffer_count && buffer->bytes &&
	       offset <= buffer->bytes && size <= buffer->bytes - offset;
}

static void do_fill(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	u64 address;

	if (!dmd_buffer_holds(op->buffer, op->offset, op->size))
		return dmd_bad(c);
	address = dmd_state->buffers[op->buffer].base + op->offset;
	dmd_highmem_open(address, op->size);
	dmd_pattern(op->arg, phys_to_virt(address), op->size);
	dmd_highmem_close(address, op->size);
}

static void do_foreign(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;

	if (!dmd_buffer_holds(op->buffer, op->offset, 1))
		return dmd_bad(c);
	if (dmd_xen_foreign(dmd_state->buffers[op->buffer].base + op->offset,
			    op->arg))
		dmd_set_errno(c->result, -EINVAL);
}

/* Finds the free handle and the device of an operation that makes a mapping. */
bool dmd_begin_mapping(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;

	if (!dmd_use_device(c, op->device) || op->mapping >= DMD_MAX_MAPPINGS ||
	    op->direction > DMD_FROM_DEVICE)
		return false;
	c->mapping = &dmd_state->mappings[op->mapping];
	if (c->mapping->kind != DMD_MAPPING_NONE)
		return false;
	/* What the handle stood for before is out of reach, come what may. */
	c->mapping->ended = 0;
	return true;
}

/* Whether what makes the mapping knows nothing of an IOMMU. */
static bool is_physical(enum dmd_mapping_kind kind)
{
	return kind == DMD_MAPPING_SWIOTLB || kind == DMD_MAPPING_ALLOC ||
	       kind == DMD_MAPPING_POOL || kind == DMD_MAPPING_SG;
}

void dmd_end_mapping(struct dmd_context *c, enum dmd_mapping_kind kind,
		     u64 address)
{
	const struct dmd_op *op = c->op;

	*c->mapping = (struct dmd_mapping){
		.address = address,
		.phys = is_physical(kind) ? address
					  : dmd_bus_resolve(c->dev, address),
		.size = op->size,
		.offset = op->offset,
		.kind = kind,
		.device = op->device,
		.buffer = op->buffer,
		.direction = op->direction,
		.attrs = dmd_kernel_attrs(op->attrs),
		.align_mask = kind == DMD_MAPPING_SWIOTLB ? (u32)op->arg : 0,
	};
	c->result->value = address;
	dmd_observe_pool(c->dev, c->mapping->phys, op->size, c->result);
}

void dmd_mapping_failed(struct dmd_context *c)
{
	c->result->status = DMD_STATUS_MAPPING_ERROR;
	dmd_swiotlb_account(dmd_swiotlb_of_device(c->dev), c->result);
}

static void do_map(struct dmd_context *c, enum dmd_mapping_kind kind)
{
	const struct dmd_op *op = c->op;
	u64 phys, address;

	if (!dmd_begin_mapping(c) ||
	    !dmd_buffer_holds(op->buffer, op->offset, op->size))
		return dmd_bad(c);
	if (kind == DMD_MAPPING_SWIOTLB && op->arg && !dmd_swiotlb_aligns())
		return dmd_set_errno(c->result, -EOPNOTSUPP);

	phys = dmd_state->buffers[op->buffer].base + op->offset;
	if (kind == DMD_MAPPING_DMA)
		address = dma_map_page_attrs(
			c->dev, phys_to_page(phys), offset_in_page(phys),
			op->size, op->direction, dmd_kernel_attrs(op->attrs));
	else
		address = dmd_swiotlb_tbl_map(
			c->dev, phys, op->size, (unsigned int)op->arg,
			op->direction, dmd_kernel_attrs(op->attrs));
	/* Drivers ask; what swiotlb returns is none of the API's addresses. */
	if (kind == DMD_MAPPING_DMA ? dma_mapping_error(c->dev, address)
				    : address == DMA_MAPPING_ERROR)
		return dmd_mapping_failed(c);
	dmd_end_mapping(c, kind, address);
	c->result->data_digest =
		dmd_digest_bounced(c->dev, c->mapping->phys, op->size, 0);
}

static void do_swiotlb_alloc(struct dmd_context *c)
{
	struct page *page;
	int error;

	if (!dmd_begin_mapping(c))
		return dmd_bad(c);
	error = dmd_swiotlb_alloc(c->dev, c->op->size, &page);
	if (error)
		return dmd_set_errno(c->result, error);
	if (!page)
		return dmd_mapping_failed(c);
	dmd_end_mapping(c, DMD_MAPPING_ALLOC, page_to_phys(page));
}

/* Finds the live mapping that an operation names. */
bool dmd_find_mapping(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;

	if (op->mapping >= DMD_MAX_MAPPINGS || op->offset > DMD_LARGEST_RANGE ||
	    op->size > DMD_LARGEST_RANGE) {
		dmd_bad(c);
		return false;
	}
	c->mapping = &dmd_state->mappings[op->mapping];
	if (c->mapping->kind == DMD_MAPPING_NONE) {
		c->result->status = DMD_STATUS_SKIPPED;
		return false;
	}
	if (c->mapping->kind == DMD_MAPPING_IOVA ||
	    c->mapping->kind == DMD_MAPPING_IOVA_FAST) {
		dmd_bad(c);
		return false;
	}
	return dmd_use_device(c, c->mapping->device);
}

bool dmd_find_mapping_of(struct dmd_context *c, enum dmd_mapping_kind kind)
{
	if (!dmd_find_mapping(c))
		return false;
	if (c->mapping->kind == kind)
		return true;
	dmd_bad(c);
	return false;
}

static void do_unmap(struct dmd_context *c, enum dmd_mapping_kind kind)
{
	struct dmd_mapping *mapping;
	unsigned long attrs;

	if (!dmd_find_mapping_of(c, kind))
		return;
	mapping = c->mapping;
	attrs = mapping->attrs | dmd_kernel_attrs(c->op->attrs);
	if (kind == DMD_MAPPING_DMA)
		dma_unmap_page_attrs(c->dev, mapping->address, mapping->size,
				     mapping->direction, attrs);
	else
		dmd_swiotlb_tbl_unmap(c->dev, mapping->address, mapping->size,
				      mapping->align_mask, mapping->direction,
				      attrs);
	mapping->ended = kind == DMD_MAPPING_DMA;
	mapping->kind = DMD_MAPPING_NONE;
	c->result->data_digest = dmd_digest_bounced(
		c->dev, mapping->phys, mapping->size,
		dmd_digest_buffer(mapping, 0, mapping->size));
	dmd_observe_pool(c->dev, mapping->phys, mapping->size, c->result);
}

static void do_swiotlb_free(struct dmd_context *c)
{
	struct dmd_mapping *mapping;

	if (!dmd_find_mapping_of(c, DMD_MAPPING_ALLOC))
		return;
	mapping = c->mapping;
	c->result->value = dmd_swiotlb_free(
		c->dev, phys_to_page(mapping->address), mapping->size);
	mapping->kind = DMD_MAPPING_NONE;
	dmd_observe_pool(c->dev, mapping->address, mapping->size, c->result);
}

static void do_sync(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;
	bool dma = op->kind == DMD_OP_SYNC_FOR_CPU ||
		   op->kind == DMD_OP_SYNC_FOR_DEVICE;
	u64 address;

	if (!dmd_find_mapping(c))
		return;
	if (dma ? c->mapping->kind != DMD_MAPPING_DMA &&
			    c->mapping->kind != DMD_MAPPING_PHYS
		: c->mapping->kind != DMD_MAPPING_SWIOTLB)
		return dmd_bad(c);
	address = c->mapping->address + op->offset;
	switch (op->kind) {
	case DMD_OP_SYNC_FOR_CPU:
		dma_sync_single_for_cpu(c->dev, address, op->size,
					c->mapping->direction);
		break;
	case DMD_OP_SYNC_FOR_DEVICE:
		dma_sync_single_for_device(c->dev, address, op->size,
					   c->mapping->direction);
		break;
	case DMD_OP_SWIOTLB_SYNC_FOR_CPU:
		dmd_swiotlb_sync_for_cpu(c->dev, address, op->size,
					 c->mapping->direction);
		break;
	default:
		dmd_swiotlb_sync_for_device(c->dev, address, op->size,
					    c->mapping->direction);
	}
	address = c->mapping->phys + op->offset;
	c->result->data_digest = dmd_digest_bounced(
		c->dev, address, op->size,
		dmd_digest_buffer(c->mapping, op->offset, op->size));
	dmd_observe_pool(c->dev, address, op->size, c->result);
}

static void do_device_access(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;

	if (!dmd_find_mapping(c))
		return;
	if (c->mapping->kind == DMD_MAPPING_SG)
		return dmd_sg_device_access(c);
	dmd_device_access(c->dev, c->mapping->address + op->offset, op, 0,
			  c->result);
	dmd_observe_pool(c->dev, c->mapping->phys + op->offset, op->size,
			 c->result);
}

static void do_max_mapping_size(struct dmd_context *c)
{
	if (!dmd_use_device(c, c->op->device))
		return dmd_bad(c);
	c->result->value = dma_max_mapping_size(c->dev);
	dmd_swiotlb_account(dmd_swiotlb_of_device(c->dev), c->result);
}

void dmd_operation(const struct dmd_op *op, struct dmd_result *result)
{
	struct dmd_context c = {.op = op, .result = result};

	switch (op->kind) {
	case DMD_OP_CHECK:
		dmd_observe_all(result);
		return dmd_iova_observe_all(result);
	case DMD_OP_FAIL_ALLOC:
		return dmd_fail_allocation(op->arg);
	case DMD_OP_FILL:
		return do_fill(&c);
	case DMD_OP_XEN_FOREIGN:
		return do_foreign(&c);
	case DMD_OP_MAP:
		return do_map(&c, DMD_MAPPING_DMA);
	case DMD_OP_SWIOTLB_MAP:
		return do_map(&c, DMD_MAPPING_SWIOTLB);
	case DMD_OP_UNMAP:
		return do_unmap(&c, DMD_MAPPING_DMA);
	case DMD_OP_SWIOTLB_UNMAP:
		return do_unmap(&c, DMD_MAPPING_SWIOTLB);
	case DMD_OP_SYNC_FOR_CPU:
	case DMD_OP_SYNC_FOR_DEVICE:
	case DMD_OP_SWIOTLB_SYNC_FOR_CPU:
	case DMD_OP_SWIOTLB_SYNC_FOR_DEVICE:
		return do_sync(&c);
	case DMD_OP_DEV_READ:
	case DMD_OP_DEV_WRITE:
		return do_device_access(&c);
	case DMD_OP_SWIOTLB_ALLOC:
		return do_swiotlb_alloc(&c);
	case DMD_OP_SWIOTLB_FREE:
		return do_swiotlb_free(&c);
	case DMD_OP_MAX_MAPPING_SIZE:
		return do_max_mapping_size(&c);
	case DMD_OP_DEBUGFS_READ:
	case DMD_OP_DEBUGFS_WRITE:
		return dmd_debugfs_operation(&c);
	case DMD_OP_STALE_READ:
	case DMD_OP_STALE_WRITE:
	case DMD_OP_IOMMU_MAP:
	case DMD_OP_IOMMU_UNMAP:
	case DMD_OP_IOVA_TO_PHYS:
	case DMD_OP_IOTLB_READ:
	case DMD_OP_IOMMU_FAIL:
	case DMD_OP_PREPARE_MSI:
		return dmd_iommu_operation(op, result);
	case DMD_OP_IOVA_INIT:
	case DMD_OP_IOVA_PUT:
	case DMD_OP_IOVA_ALLOC:
	case DMD_OP_IOVA_FREE:
	case DMD_OP_IOVA_ALLOC_FAST:
	case DMD_OP_IOVA_FREE_FAST:
	case DMD_OP_IOVA_RESERVE:
	case DMD_OP_IOVA_FIND:
	case DMD_OP_CPU_DOWN:
	case DMD_OP_CPU_UP:
		return dmd_iova_operation(op, result);
	default:
		if (!dmd_sg_operation(&c) && !dmd_alloc_operation(&c) &&
		    !dmd_phys_operation(&c) && !dmd_deferred_operation(&c))
			dmd_bad(&c);
	}
}
