/* SPDX-License-Identifier: GPL-2.0-only */
/* What devices do to memory, SPEC.md "Devices and buses". */
#include <linux/dma-map-ops.h>
#include <linux/io.h>
#include <linux/mm.h>

#include "../services/digest.h"
#include "bus_address.h"
#include "coherence.h"
#include "device_access.h"
#include "encryption.h"
#include "highmem.h"

static bool in_memory(u64 address, u64 size)
{
	u64 end = dmd_state->machine.memory_bytes;

	return address < end && size <= end - address;
}

static bool is_write(const struct dmd_op *op)
{
	return op->kind == DMD_OP_DEV_WRITE || op->kind == DMD_OP_STALE_WRITE;
}

static void access_at(struct device *dev, u64 phys, const struct dmd_op *op,
		      u64 before, struct dmd_result *result)
{
	bool around = !dev_is_dma_coherent(dev);
	void *memory = dmd_memory_for(around, phys);

	if (!dmd_is_shared(phys, op->size)) {
		result->status = DMD_STATUS_ENCRYPTED;
		return;
	}
	dmd_highmem_open(phys, op->size);
	if (is_write(op)) {
		dmd_pattern(op->arg, memory, op->size);
		dmd_caches_wrote(around, phys, op->size);
	} else {
		result->data_digest =
			dmd_digest_bytes(before, memory, op->size);
	}
	dmd_highmem_close(phys, op->size);
}

/* Copies piece by piece, up to a fault. */
static bool scatter(struct device *dev, u64 address, void *bytes, u64 size,
		    bool write)
{
	bool around = !dev_is_dma_coherent(dev);
	void *memory;
	u64 done = 0;

	while (done < size) {
		u64 phys, now = dmd_bus_translate(dev, address + done,
						  size - done, write, &phys);

		if (!now || !in_memory(phys, now))
			return false;
		memory = dmd_memory_for(around, phys);
		dmd_highmem_open(phys, now);
		if (write)
			memcpy(memory, bytes + done, now);
		else
			memcpy(bytes + done, memory, now);
		if (write)
			dmd_caches_wrote(around, phys, now);
		dmd_highmem_close(phys, now);
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
	u64 phys, whole = dmd_bus_translate(dev, address, op->size,
					    is_write(op), &phys);

	if (whole == op->size && in_memory(phys, whole))
		return access_at(dev, phys, op, before, result);
	if (!whole || phys == address ||
	    !access_pieces(dev, address, op, before, result))
		result->status = DMD_STATUS_BUS_ERROR;
}
