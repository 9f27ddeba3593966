/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of operations share; dmd_operation() is in operations.c. */
#ifndef DMD_OPERATIONS_H
#define DMD_OPERATIONS_H

#include "machine.h"

/* Ranges beyond this are mistakes of the caller, not bugs worth trying. */
#define DMD_LARGEST_RANGE (1ull << 40)

/* One operation while it runs. */
struct dmd_context {
	const struct dmd_op *op;
	struct dmd_result *result;
	struct device *dev;
	struct dmd_mapping *mapping;
};

/* The tree's own DMA_ATTR_ bits. */
unsigned long dmd_kernel_attrs(u32 attrs);

/* The operation makes no sense. */
void dmd_bad(struct dmd_context *c);

/* Whether [address, address + size) is RAM. */
bool dmd_in_memory(u64 address, u64 size);
bool dmd_buffer_holds(u32 number, u64 offset, u64 size);

/* Finds the device of an operation that names one. */
bool dmd_use_device(struct dmd_context *c, u32 device);

/* Finds the free handle and the device of an operation that makes a mapping. */
bool dmd_begin_mapping(struct dmd_context *c);

/* Makes the mapping, and tells its address and its pool. */
void dmd_end_mapping(struct dmd_context *c, enum dmd_mapping_kind kind,
		     u64 address);
void dmd_mapping_failed(struct dmd_context *c);

/* Finds the live mapping that an operation names, of any kind or of one. */
bool dmd_find_mapping(struct dmd_context *c);
bool dmd_find_mapping_of(struct dmd_context *c, enum dmd_mapping_kind kind);

/* DMD_OP_DEBUGFS_READ and DMD_OP_DEBUGFS_WRITE. */
void dmd_debugfs_operation(struct dmd_context *c);

/* Operations on scatterlists; false when the kind is none of them. */
bool dmd_sg_operation(struct dmd_context *c);
/* A device access to a mapped scatterlist. */
void dmd_sg_device_access(struct dmd_context *c);

/* Operations on allocations; false when the kind is none of them. */
bool dmd_alloc_operation(struct dmd_context *c);
bool dmd_deferred_operation(struct dmd_context *c);

/* Resources, physical addresses, queries; false when it is none of them. */
bool dmd_phys_operation(struct dmd_context *c);

#endif
