/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_COHERENCE_H
#define DMD_COHERENCE_H

#include <linux/types.h>

/*
 * Starts with nothing in the caches. behind is what devices see that bypass
 * them, all zeros; NULL where every device is coherent.
 */
void dmd_caches_reset(char *behind);

/* What a device sees at a physical address. */
void *dmd_memory_for(bool noncoherent, u64 address);

/* Tells the caches that a coherent device wrote. */
void dmd_caches_wrote(bool noncoherent, u64 address, u64 size);

#endif
