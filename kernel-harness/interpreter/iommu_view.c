/* SPDX-License-Identifier: GPL-2.0-only */
/* Compiles the tree's iommu.c, whose initcalls run on machines with an IOMMU.
 */
#include "iommu_initcalls.h"

#include "drivers/iommu/iommu.c"
