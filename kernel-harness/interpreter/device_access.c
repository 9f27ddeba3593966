/* SPDX-License-Identifier: GPL-2.0-only */
/* What devices do to memory, SPEC.md "Devices and buses". */
#include <linux/io.h>
#include <linux/mm.h>

#include "../services/digest.h"
#include "device_access.h"

static bool in_memory(u64 address, u64 size)
{
	u64 end = dmd_state->machine.memory_bytes;

	return address < end && size <= end - address;
}

static bool is_write(const struct dmd_op *op)
{
	return op->kind == DMD_OP_DEV_WRITE || op->kind == DMD_OP_STALE_WRITE;
}

static void access_at(u64 phys, const struct dmd_op *op, u64 before,
		      struct dmd_result *result)
{
	if (is_write(op))
		dmd_pattern(op->arg, phys_to_virt(phys), op->size);
	else
		result->data_digest =
			dmd_digest_bytes(before, phys_to_virt(phys), op->size);
}

/* Copies piece by piece, up to a fault. */
static bool scatter(struct device *dev, u64 address, void *bytes, u64 size,
		    bool write)
{
	u64 done = 0;

	while (done < size) {
		u64 phys, now = dmd_iommu_translate(dev, address + done,
						    size - done, write, &phys);

		if (!now || !in_memory(phys, now))
			return false;
		if (write)
			memcpy(phys_to_virt(phys), bytes + done, now);
		else
			memcpy(bytes + done, phys_to_virt(phys), now);
		done += now;
	}
	return true;
}

static bool access_pieces(struct device *dev, u64 address,
			  const struct dmd_op *op, u64 before,
			  struct dmd_result *result)
{
	void *bytes = dmd_host_map(op->size);
	bool write = is_write(op), done;

	if (!bytes)
		return false;
	if (write)
		dmd_pattern(op->arg, bytes, op->size);
	done = scatter(dev, address, bytes, op->size, write);
	if (done && !write)
		result->data_digest = dmd_digest_bytes(before, bytes, op->size);
	dmd_host_unmap(bytes, op->size);
	return done;
}

void dmd_device_access(struct device *dev, u64 address, const struct dmd_op *op,
		       u64 before, struct dmd_result *result)
{
	u64 phys, whole = dmd_iommu_translate(dev, address, op->size,
					      is_write(op), &phys);

	if (whole == op->size && in_memory(phys, whole))
		return access_at(phys, op, before, result);
	if (!whole || phys == address ||
	    !access_pieces(dev, address, op, before, result))
		result->status = DMD_STATUS_BUS_ERROR;
}
