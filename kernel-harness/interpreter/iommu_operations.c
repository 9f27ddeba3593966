/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations on the IOMMU core and the modelled IOTLB, SPEC.md "IOMMU". */
#include "bus_address.h"
#include "device_access.h"
#include "iommu_operations.h"
#include "machine.h"

#define LARGEST_RANGE (1ull << 40)

static struct dmd_mapping *find_mapping(const struct dmd_op *op)
{
	if (op->mapping >= DMD_MAX_MAPPINGS || op->offset > LARGEST_RANGE ||
	    op->size > LARGEST_RANGE)
		return NULL;
	return &dmd_state->mappings[op->mapping];
}

static void do_stale_access(const struct dmd_op *op, struct dmd_result *result)
{
	const struct dmd_mapping *mapping = find_mapping(op);

	if (!mapping)
		return dmd_bad_op(result);
	if (mapping->kind != DMD_MAPPING_NONE || !mapping->ended) {
		result->status = DMD_STATUS_SKIPPED;
		return;
	}
	dmd_device_access(dmd_device(mapping->device),
			  mapping->address + op->offset, op, 0, result);
}

static void do_iommu_map(const struct dmd_op *op, struct dmd_result *result)
{
	struct dmd_mapping *mapping = find_mapping(op);
	const struct dmd_buffer *buffer = &dmd_state->buffers[op->buffer];
	u64 phys;
	int error;

	if (!mapping || mapping->kind != DMD_MAPPING_NONE ||
	    op->device >= dmd_state->device_count ||
	    op->buffer >= dmd_state->buffer_count || !buffer->bytes ||
	    op->offset > buffer->bytes ||
	    op->size > buffer->bytes - op->offset ||
	    op->direction > DMD_FROM_DEVICE)
		return dmd_bad_op(result);
	phys = buffer->base + op->offset;
	error = dmd_iommu_core_map(dmd_device(op->device), op->arg, phys,
				   op->size, op->direction);
	dmd_set_errno(result, error);
	if (error)
		return;
	*mapping = (struct dmd_mapping){
		.address = op->arg,
		.phys = phys,
		.size = op->size,
		.offset = op->offset,
		.kind = DMD_MAPPING_IOMMU,
		.device = op->device,
		.buffer = op->buffer,
		.direction = op->direction,
	};
}

static void do_iommu_unmap(const struct dmd_op *op, struct dmd_result *result)
{
	const struct dmd_mapping *mapping = find_mapping(op);

	if (!mapping)
		return dmd_bad_op(result);
	if (mapping->kind == DMD_MAPPING_NONE) {
		result->status = DMD_STATUS_SKIPPED;
		return;
	}
	if (mapping->kind != DMD_MAPPING_IOMMU)
		return dmd_bad_op(result);
	dmd_set_errno(result,
		      dmd_iommu_core_unmap(dmd_device(mapping->device),
					   mapping->address + op->offset,
					   op->size, &result->value));
}

static void do_iova_to_phys(const struct dmd_op *op, struct dmd_result *result)
{
	const struct dmd_mapping *mapping;
	struct device *dev;

	/* The offset may be an address, and far from any range. */
	if (op->mapping >= DMD_MAX_MAPPINGS)
		return dmd_bad_op(result);
	mapping = &dmd_state->mappings[op->mapping];
	if (mapping->kind == DMD_MAPPING_NONE) {
		result->status = DMD_STATUS_SKIPPED;
		return;
	}
	dev = dmd_device(mapping->device);
	if (dmd_state->devices[mapping->device].is_of_xen)
		result->value =
			dmd_bus_resolve(dev, mapping->address + op->offset);
	else
		dmd_set_errno(result,
			      dmd_iommu_core_iova_to_phys(
				      dev, mapping->address + op->offset,
				      &result->value));
}

/* A message is a write of a word. */
#define MESSAGE_BYTES 4
/* No machine has more physical addresses. */
#define PHYSICAL_END (1ull << 52)

static void do_prepare_msi(const struct dmd_op *op, struct dmd_result *result)
{
	struct dmd_mapping *mapping = find_mapping(op);
	struct device *dev;
	int error;

	if (!mapping || mapping->kind != DMD_MAPPING_NONE ||
	    op->device >= dmd_state->device_count ||
	    dmd_state->devices[op->device].is_of_xen || op->arg >= PHYSICAL_END)
		return dmd_bad_op(result);
	dev = dmd_device(op->device);
	mapping->ended = 0;
	error = dmd_iommu_prepare_msi(dev, op->arg, &result->value);
	dmd_set_errno(result, error);
	if (error)
		return;
	*mapping = (struct dmd_mapping){
		.address = result->value,
		.phys = dmd_bus_resolve(dev, result->value),
		.size = MESSAGE_BYTES,
		.kind = DMD_MAPPING_MSI,
		.device = op->device,
		.direction = DMD_FROM_DEVICE,
	};
}

static void do_iotlb_read(const struct dmd_op *op, struct dmd_result *result)
{
	if (op->device >= dmd_state->device_count ||
	    op->arg >= DMD_IOTLB_COUNTS)
		return dmd_bad_op(result);
	dmd_set_errno(result, dmd_iommu_count(dmd_device(op->device), op->arg,
					      &result->value));
}

void dmd_iommu_operation(const struct dmd_op *op, struct dmd_result *result)
{
	switch (op->kind) {
	case DMD_OP_STALE_READ:
	case DMD_OP_STALE_WRITE:
		return do_stale_access(op, result);
	case DMD_OP_IOMMU_MAP:
		return do_iommu_map(op, result);
	case DMD_OP_IOMMU_UNMAP:
		return do_iommu_unmap(op, result);
	case DMD_OP_IOVA_TO_PHYS:
		return do_iova_to_phys(op, result);
	case DMD_OP_IOTLB_READ:
		return do_iotlb_read(op, result);
	case DMD_OP_PREPARE_MSI:
		return do_prepare_msi(op, result);
	default:
		dmd_iommu_fail(op->arg);
	}
}
