/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_HIGHMEM_H
#define DMD_HIGHMEM_H

#include <linux/types.h>

/* Memory from start to end is high: it cannot be touched until it is mapped.
 * None is when they are equal. */
void dmd_highmem_reset(u64 start, u64 end);

/* Lets the harness itself touch a range, and ends that. */
void dmd_highmem_open(u64 address, u64 size);
void dmd_highmem_close(u64 address, u64 size);

/* Has the struct pages of a range, and of those around it, tell that they are
 * high: the rest of the page map stays untouched. */
void dmd_highmem_mark(u64 address, u64 size);

#endif
