/* SPDX-License-Identifier: GPL-2.0-only */
/* Compiles the tree's dma-iommu.c, see iommu_view.c. */
#include "iommu_initcalls.h"

#include "drivers/iommu/dma-iommu.c"
