/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations that look at the machine as a whole: debugfs and check. */
#include <linux/io.h>

#include "machine.h"
#include "services.h"
#include "swiotlb_view.h"
#include "../services/debugfs.h"

void dmd_debugfs_access(const struct dmd_op *op, struct dmd_result *result)
{
	static const char *const files[DMD_DEBUGFS_FILES] = {
		[DMD_DEBUGFS_NSLABS] = "io_tlb_nslabs",
		[DMD_DEBUGFS_USED] = "io_tlb_used",
		[DMD_DEBUGFS_USED_HIWATER] = "io_tlb_used_hiwater",
	};
	const char *directory = "swiotlb";
	u64 value = 0;
	int error;

	if (op->device >= dmd_state->pool_count ||
	    op->arg >= DMD_DEBUGFS_FILES) {
		result->status = DMD_STATUS_BAD_OP;
		return;
	}
	if (op->device)
		directory = dmd_state->pools[op->device].name;
	if (op->kind == DMD_OP_DEBUGFS_READ)
		error = dmd_debugfs_read(directory, files[op->arg], &value);
	else
		error = dmd_debugfs_write(directory, files[op->arg], op->size);
	result->value = value;
	dmd_set_errno(result, error);
	dmd_swiotlb_account(dmd_pool_mem(op->device), result);
}

void dmd_check(struct dmd_result *result)
{
	for (u32 i = 0; i < dmd_state->pool_count; i++) {
		struct io_tlb_mem *mem = dmd_pool_mem(i);

		result->slot_digest =
			dmd_swiotlb_digest_slots(mem, result->slot_digest);
		result->value = dmd_swiotlb_digest_areas(mem, result->value);
		dmd_swiotlb_account(mem, result);
	}
	for (u32 i = 0; i < dmd_state->buffer_count; i++) {
		const struct dmd_buffer *buffer = &dmd_state->buffers[i];

		if (buffer->bytes)
			result->data_digest = dmd_digest_bytes(
				result->data_digest, phys_to_virt(buffer->base),
				buffer->bytes);
	}
}
