/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_IOMMU_OPERATIONS_H
#define DMD_IOMMU_OPERATIONS_H

#include "dmadiff_abi.h"

/* The operations on IOMMUs, their core and their IOTLB. */
void dmd_iommu_operation(const struct dmd_op *op, struct dmd_result *result);

#endif
