/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's own values, for services that see none of its headers. */
#ifndef DMD_KERNEL_CONSTANTS_H
#define DMD_KERNEL_CONSTANTS_H

/* Entries of kmalloc_caches for one type of memory. */
extern const unsigned int dmd_kmalloc_kinds;
extern const unsigned int dmd_gfp_zero;
extern const unsigned int dmd_gfp_kernel;
extern const unsigned int dmd_gfp_dma;
extern const unsigned int dmd_gfp_dma32;

#endif
