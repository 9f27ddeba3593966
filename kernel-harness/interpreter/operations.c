/* SPDX-License-Identifier: GPL-2.0-only */
/* One operation after the other, SPEC.md "Operations". */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/swiotlb.h>

#include "iova_operations.h"
#include "coherence.h"
#include "encryption.h"
#include "highmem.h"
#include "machine.h"
#include "observe.h"
#include "services.h"
#include "swiotlb_calls.h"
#include "swiotlb_view.h"
#include "cpuhp.h"
#include "deferred.h"
#include "../services/debugfs.h"
#include "rcu.h"

/* Ranges beyond this are mistakes of the caller, not bugs worth trying. */
#define LARGEST_RANGE (1ull << 40)

struct context {
	const struct dmd_op *op;
	struct dmd_result *result;
	struct device *dev;
	struct dmd_mapping *mapping;
};

static bool in_memory(u64 address, u64 size)
{
	u64 end = dmd_state->machine.memory_bytes;

	return address < end && size <= end - address;
}

static unsigned long kernel_attrs(u32 attrs)
{
	return (attrs & DMD_ATTR_SKIP_CPU_SYNC ? DMA_ATTR_SKIP_CPU_SYNC : 0) |
	       (attrs & DMD_ATTR_NO_WARN ? DMA_ATTR_NO_WARN : 0);
}

static void bad(struct context *c)
{
	c->result->status = DMD_STATUS_BAD_OP;
}

static bool use_device(struct context *c, u32 device)
{
	if (device >= dmd_state->device_count)
		return false;
	c->dev = &dmd_state->devices[device].dev;
	return true;
}

static bool buffer_holds(u32 number, u64 offset, u64 size)
{
	const struct dmd_buffer *buffer = &dmd_state->buffers[number];

	return number < dmd_state->buffer_count && buffer->bytes &&
	       offset <= buffer->bytes && size <= buffer->bytes - offset;
}

static void do_fill(struct context *c)
{
	const struct dmd_op *op = c->op;
	u64 address;

	if (!buffer_holds(op->buffer, op->offset, op->size))
		return bad(c);
	address = dmd_state->buffers[op->buffer].base + op->offset;
	dmd_highmem_open(address, op->size);
	dmd_pattern(op->arg, phys_to_virt(address), op->size);
	dmd_highmem_close(address, op->size);
}

/* Finds the free handle and the device of an operation that makes a mapping. */
static bool begin_mapping(struct context *c)
{
	const struct dmd_op *op = c->op;

	if (!use_device(c, op->device) || op->mapping >= DMD_MAX_MAPPINGS ||
	    op->direction > DMD_FROM_DEVICE)
		return false;
	c->mapping = &dmd_state->mappings[op->mapping];
	return c->mapping->kind == DMD_MAPPING_NONE;
}

static void end_mapping(struct context *c, enum dmd_mapping_kind kind,
			u64 address)
{
	const struct dmd_op *op = c->op;

	*c->mapping = (struct dmd_mapping){
		.address = address,
		.size = op->size,
		.offset = op->offset,
		.kind = kind,
		.device = op->device,
		.buffer = op->buffer,
		.direction = op->direction,
		.attrs = kernel_attrs(op->attrs),
		.align_mask = kind == DMD_MAPPING_SWIOTLB ? (u32)op->arg : 0,
	};
	c->result->value = address;
	dmd_observe_pool(c->dev, address, op->size, c->result);
}

static void mapping_failed(struct context *c)
{
	c->result->status = DMD_STATUS_MAPPING_ERROR;
	dmd_swiotlb_account(dmd_swiotlb_of_device(c->dev), c->result);
}

static void do_map(struct context *c, enum dmd_mapping_kind kind)
{
	const struct dmd_op *op = c->op;
	u64 phys, address;

	if (!begin_mapping(c) ||
	    !buffer_holds(op->buffer, op->offset, op->size))
		return bad(c);

	phys = dmd_state->buffers[op->buffer].base + op->offset;
	if (kind == DMD_MAPPING_DMA)
		address = dma_map_page_attrs(
			c->dev, phys_to_page(phys), offset_in_page(phys),
			op->size, op->direction, kernel_attrs(op->attrs));
	else
		address = dmd_swiotlb_tbl_map(
			c->dev, phys, op->size, (unsigned int)op->arg,
			op->direction, kernel_attrs(op->attrs));
	if (address == DMA_MAPPING_ERROR)
		return mapping_failed(c);
	end_mapping(c, kind, address);
	c->result->data_digest =
		dmd_digest_bounced(c->dev, address, op->size, 0);
}

static void do_alloc(struct context *c)
{
	struct page *page;
	int error;

	if (!begin_mapping(c))
		return bad(c);
	error = dmd_swiotlb_alloc(c->dev, c->op->size, &page);
	if (error)
		return dmd_set_errno(c->result, error);
	if (!page)
		return mapping_failed(c);
	end_mapping(c, DMD_MAPPING_ALLOC, page_to_phys(page));
}

/* Finds the live mapping that an operation names. */
static bool find_mapping(struct context *c)
{
	const struct dmd_op *op = c->op;

	if (op->mapping >= DMD_MAX_MAPPINGS || op->offset > LARGEST_RANGE ||
	    op->size > LARGEST_RANGE) {
		bad(c);
		return false;
	}
	c->mapping = &dmd_state->mappings[op->mapping];
	if (c->mapping->kind == DMD_MAPPING_NONE) {
		c->result->status = DMD_STATUS_SKIPPED;
		return false;
	}
	return use_device(c, c->mapping->device);
}

static bool find_mapping_of(struct context *c, enum dmd_mapping_kind kind)
{
	if (!find_mapping(c))
		return false;
	if (c->mapping->kind == kind)
		return true;
	bad(c);
	return false;
}

static void do_unmap(struct context *c, enum dmd_mapping_kind kind)
{
	struct dmd_mapping *mapping;
	unsigned long attrs;

	if (!find_mapping_of(c, kind))
		return;
	mapping = c->mapping;
	attrs = mapping->attrs | kernel_attrs(c->op->attrs);
	if (kind == DMD_MAPPING_DMA)
		dma_unmap_page_attrs(c->dev, mapping->address, mapping->size,
				     mapping->direction, attrs);
	else
		dmd_swiotlb_tbl_unmap(c->dev, mapping->address, mapping->size,
				      mapping->align_mask, mapping->direction,
				      attrs);
	mapping->kind = DMD_MAPPING_NONE;
	c->result->data_digest = dmd_digest_bounced(
		c->dev, mapping->address, mapping->size,
		dmd_digest_buffer(mapping, 0, mapping->size));
	dmd_observe_pool(c->dev, mapping->address, mapping->size, c->result);
}

static void do_free(struct context *c)
{
	struct dmd_mapping *mapping;

	if (!find_mapping_of(c, DMD_MAPPING_ALLOC))
		return;
	mapping = c->mapping;
	c->result->value = dmd_swiotlb_free(
		c->dev, phys_to_page(mapping->address), mapping->size);
	mapping->kind = DMD_MAPPING_NONE;
	dmd_observe_pool(c->dev, mapping->address, mapping->size, c->result);
}

static void do_sync(struct context *c)
{
	const struct dmd_op *op = c->op;
	bool dma = op->kind == DMD_OP_SYNC_FOR_CPU ||
		   op->kind == DMD_OP_SYNC_FOR_DEVICE;
	u64 address;

	if (!find_mapping_of(c, dma ? DMD_MAPPING_DMA : DMD_MAPPING_SWIOTLB))
		return;
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
	c->result->data_digest = dmd_digest_bounced(
		c->dev, address, op->size,
		dmd_digest_buffer(c->mapping, op->offset, op->size));
	dmd_observe_pool(c->dev, address, op->size, c->result);
}

static void access_memory(struct context *c, u64 address)
{
	const struct dmd_op *op = c->op;
	bool around = dmd_state->devices[c->mapping->device].noncoherent;
	void *memory = dmd_memory_for(around, address);

	dmd_highmem_open(address, op->size);
	if (op->kind == DMD_OP_DEV_WRITE) {
		dmd_pattern(op->arg, memory, op->size);
		dmd_caches_wrote(around, address, op->size);
	} else {
		c->result->data_digest = dmd_digest_bytes(0, memory, op->size);
	}
	dmd_highmem_close(address, op->size);
}

static void do_device_access(struct context *c)
{
	const struct dmd_op *op = c->op;
	u64 address;

	if (!find_mapping(c))
		return;
	address = c->mapping->address + op->offset;
	if (!in_memory(address, op->size)) {
		c->result->status = DMD_STATUS_BUS_ERROR;
		return;
	}
	if (!dmd_is_shared(address, op->size)) {
		c->result->status = DMD_STATUS_ENCRYPTED;
		return;
	}
	access_memory(c, address);
	dmd_observe_pool(c->dev, address, op->size, c->result);
}

static void do_max_mapping_size(struct context *c)
{
	if (!use_device(c, c->op->device))
		return bad(c);
	c->result->value = dma_max_mapping_size(c->dev);
	dmd_swiotlb_account(dmd_swiotlb_of_device(c->dev), c->result);
}

static void do_debugfs(struct context *c)
{
	static const char *const files[DMD_DEBUGFS_FILES] = {
		[DMD_DEBUGFS_NSLABS] = "io_tlb_nslabs",
		[DMD_DEBUGFS_USED] = "io_tlb_used",
		[DMD_DEBUGFS_USED_HIWATER] = "io_tlb_used_hiwater",
		[DMD_DEBUGFS_TRANSIENT_NSLABS] = "io_tlb_transient_nslabs",
	};
	const struct dmd_op *op = c->op;
	const char *directory = "swiotlb";
	u64 value = 0;
	int error;

	if (op->device >= dmd_state->pool_count || op->arg >= DMD_DEBUGFS_FILES)
		return bad(c);
	if (op->device)
		directory = dmd_state->pools[op->device].name;
	if (op->kind == DMD_OP_DEBUGFS_READ)
		error = dmd_debugfs_read(directory, files[op->arg], &value);
	else
		error = dmd_debugfs_write(directory, files[op->arg], op->size);
	c->result->value = value;
	dmd_set_errno(c->result, error);
	dmd_swiotlb_account(dmd_pool_mem(op->device), c->result);
}

static void account_default(struct dmd_result *result)
{
	dmd_swiotlb_account(dmd_swiotlb_default(), result);
}

void dmd_operation(const struct dmd_op *op, struct dmd_result *result)
{
	struct context c = {.op = op, .result = result};

	switch (op->kind) {
	case DMD_OP_CHECK:
		dmd_observe_all(result);
		return dmd_iova_observe_all(result);
	case DMD_OP_CPU:
		if (op->arg >= NR_CPUS || !dmd_cpu_is_online(op->arg))
			return bad(&c);
		dmd_cpu = (unsigned int)op->arg;
		return;
	case DMD_OP_TIME:
		return dmd_pass_time(op->arg);
	case DMD_OP_WORK:
		result->value = dmd_run_work();
		return account_default(result);
	case DMD_OP_RCU:
		result->value = dmd_end_grace_period();
		return account_default(result);
	case DMD_OP_FAIL_ALLOC:
		return dmd_fail_allocation(op->arg);
	case DMD_OP_FILL:
		return do_fill(&c);
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
		return do_alloc(&c);
	case DMD_OP_SWIOTLB_FREE:
		return do_free(&c);
	case DMD_OP_MAX_MAPPING_SIZE:
		return do_max_mapping_size(&c);
	case DMD_OP_DEBUGFS_READ:
	case DMD_OP_DEBUGFS_WRITE:
		return do_debugfs(&c);
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
		return bad(&c);
	}
}
