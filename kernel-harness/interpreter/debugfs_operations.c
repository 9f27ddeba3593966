/* SPDX-License-Identifier: GPL-2.0-only */
/* Files in debugfs, read and written by name. */
#include <linux/device.h>

#include "machine.h"
#include "operations.h"
#include "swiotlb_view.h"
#include "../services/debugfs.h"

void dmd_debugfs_operation(struct dmd_context *c)
{
	static const char *const files[DMD_DEBUGFS_FILES] = {
		[DMD_DEBUGFS_NSLABS] = "io_tlb_nslabs",
		[DMD_DEBUGFS_USED] = "io_tlb_used",
		[DMD_DEBUGFS_USED_HIWATER] = "io_tlb_used_hiwater",
		[DMD_DEBUGFS_POOL_SIZE_DMA] = "pool_size_dma",
		[DMD_DEBUGFS_POOL_SIZE_DMA32] = "pool_size_dma32",
		[DMD_DEBUGFS_POOL_SIZE_KERNEL] = "pool_size_kernel",
		[DMD_DEBUGFS_TRANSIENT_NSLABS] = "io_tlb_transient_nslabs",
	};
	const struct dmd_op *op = c->op;
	const char *directory = "swiotlb";
	u64 value = 0;
	int error;

	if (op->device >= dmd_state->pool_count || op->arg >= DMD_DEBUGFS_FILES)
		return dmd_bad(c);
	if (op->arg >= DMD_DEBUGFS_POOL_SIZE_DMA &&
	    op->arg <= DMD_DEBUGFS_POOL_SIZE_KERNEL)
		directory = "dma_pools";
	else if (op->device)
		directory = dmd_state->pools[op->device].name;
	if (op->kind == DMD_OP_DEBUGFS_READ)
		error = dmd_debugfs_read(directory, files[op->arg], &value);
	else
		error = dmd_debugfs_write(directory, files[op->arg], op->size);
	c->result->value = value;
	dmd_set_errno(c->result, error);
	dmd_swiotlb_account(dmd_pool_mem(op->device), c->result);
}
