/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_ENCRYPTION_H
#define DMD_ENCRYPTION_H

#include <linux/types.h>

/* Starts with all memory encrypted; states has a zeroed byte for each page. */
void dmd_encryption_reset(u8 *states, u64 pages);

/* Whether a device sees all of it: always, where nothing is encrypted. */
bool dmd_is_shared(u64 address, u64 size);

/* Ends the machine unless all of it may be given back: nothing of it is shared
 * with devices. */
void dmd_require_encrypted(u64 address, u64 size);

#endif
