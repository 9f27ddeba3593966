/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_DEVICE_ACCESS_H
#define DMD_DEVICE_ACCESS_H

#include "machine.h"

/* The device reads or writes op->size bytes from address on, through its IOMMU
 * if it has one. Fills status, and the data digest that goes on from before. */
void dmd_device_access(struct device *dev, u64 address, const struct dmd_op *op,
		       u64 before, struct dmd_result *result);

#endif
