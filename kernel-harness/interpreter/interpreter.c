/* SPDX-License-Identifier: GPL-2.0-only */
/* The interpreter as one unit. Most of what a unit here costs is reading the
 * kernel's headers, and every kernel has its own: one unit reads them once. The
 * views are units of their own, since each holds a file of the kernel. */
#include "abi.c"
#include "alloc_operations.c"
#include "arena.c"
#include "boot.c"
#include "debugfs_operations.c"
#include "deferred_operations.c"
#include "device_access.c"
#include "iommu_operations.c"
#include "iova_operations.c"
#include "machine.c"
#include "observe.c"
#include "operations.c"
#include "phys_operations.c"
#include "sg_operations.c"
#include "swiotlb_calls.c"
