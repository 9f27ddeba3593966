/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_OBSERVE_H
#define DMD_OBSERVE_H

#include "machine.h"

/* Digest of the slots that hold [address, address + size); before, if they are
 * none. */
u64 dmd_digest_bounced(struct device *dev, u64 address, u64 size, u64 before);

/* Digest of the buffer around a range of the mapping. */
u64 dmd_digest_buffer(const struct dmd_mapping *mapping, u64 offset, u64 size);

/* Digest of a buffer's bytes [start, start + size), and some to either side. */
u64 dmd_digest_around(u32 buffer, u64 start, u64 size, u64 before);

/* What the device's pool looks like after an operation on [address, + size). */
void dmd_observe_pool(struct device *dev, u64 address, u64 size,
		      struct dmd_result *result);

/* Everything: all slot tables, areas and buffers. */
void dmd_observe_all(struct dmd_result *result);

#endif
