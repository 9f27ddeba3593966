/* SPDX-License-Identifier: GPL-2.0-only */
/* Upper bounds that fit every revision; only the width of page flags uses them.
 */
#ifndef __LINUX_BOUNDS_H__
#define __LINUX_BOUNDS_H__

#define NR_PAGEFLAGS 26
#ifdef CONFIG_HIGHMEM
#define MAX_NR_ZONES 5
#else
#define MAX_NR_ZONES 4
#endif
#define NR_CPUS_BITS 7
#define SPINLOCK_SIZE 4
#define LRU_GEN_WIDTH 0
#define __LRU_REFS_WIDTH 0

#endif
