/* SPDX-License-Identifier: GPL-2.0-only */
#include "machine.h"
#include "services.h"
#include "swiotlb_view.h"

struct dmd_state *dmd_state;

struct io_tlb_mem *dmd_pool_mem(u32 pool)
{
	if (pool >= dmd_state->pool_count)
		return NULL;
	return pool ? dmd_state->pools[pool].mem : dmd_swiotlb_default();
}

int dmd_is_kdump(void)
{
	return !!(dmd_state->machine.flags & DMD_MACHINE_KDUMP);
}
