/* SPDX-License-Identifier: GPL-2.0-only */
/* What results tell of memory and pools, SPEC.md "Operations". */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/swiotlb.h>

#include "highmem.h"
#include "machine.h"
#include "observe.h"
#include "swiotlb_view.h"

/* Bytes on each side of a range that must not change and are compared. */
#define GUARD_BYTES 64ull

static bool unobserved(void)
{
	return dmd_state->machine.flags & DMD_MACHINE_UNOBSERVED;
}

static u64 digest_memory(u64 before, u64 address, u64 size)
{
	u64 digest;

	dmd_highmem_open(address, size);
	digest = dmd_digest_bytes(before, phys_to_virt(address), size);
	dmd_highmem_close(address, size);
	return digest;
}

u64 dmd_digest_bounced(struct device *dev, u64 address, u64 size, u64 before)
{
	u64 start = round_down(address, IO_TLB_SIZE), end;

	if (unobserved() ||
	    !dmd_swiotlb_contains(dmd_swiotlb_of_device(dev), address))
		return before;
	end = round_up(address + size, IO_TLB_SIZE);
	end = min(end, dmd_state->machine.memory_bytes);
	return digest_memory(before, start, end - start);
}

u64 dmd_digest_around(u32 number, u64 start, u64 size, u64 before)
{
	const struct dmd_buffer *buffer = &dmd_state->buffers[number];
	u64 end = min(start + size + GUARD_BYTES, buffer->bytes);

	if (unobserved())
		return 0;
	start = start > GUARD_BYTES ? start - GUARD_BYTES : 0;
	if (start >= end)
		start = end;
	return digest_memory(before, buffer->base + start, end - start);
}

u64 dmd_digest_buffer(const struct dmd_mapping *mapping, u64 offset, u64 size)
{
	return dmd_digest_around(mapping->buffer, mapping->offset + offset,
				 size, 0);
}

void dmd_observe_pool(struct device *dev, u64 address, u64 size,
		      struct dmd_result *result)
{
	struct io_tlb_mem *mem = dmd_swiotlb_of_device(dev);

	if (unobserved())
		return;
	dmd_swiotlb_account(mem, result);
	if (dmd_swiotlb_contains(mem, address))
		dmd_swiotlb_touch(mem, address, size, result);
}

void dmd_observe_all(struct dmd_result *result)
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
			result->data_digest =
				digest_memory(result->data_digest, buffer->base,
					      buffer->bytes);
	}
}
