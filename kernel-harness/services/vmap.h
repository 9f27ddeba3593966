/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages at addresses of their own, SPEC.md "Mapped pages". */
#ifndef DMD_VMAP_H
#define DMD_VMAP_H

#include <linux/types.h>

/* Addresses for all mappings of a machine's life: none is used twice. */
#define DMD_VMAP_BYTES (16ull << 30)

/* Starts without mappings, at DMD_VMAP_BYTES of reserved addresses. */
void dmd_vmap_reset(void *addresses);

/* How much of the addresses was used since then. */
u64 dmd_vmap_used(void);

/* Whether any page is mapped now. */
bool dmd_vmap_in_use(void);

/* What vmap() returned, or an address inside of it. */
bool dmd_is_vmalloc_addr(const void *address);

#endif
