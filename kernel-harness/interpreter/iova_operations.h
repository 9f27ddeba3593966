/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_IOVA_OPERATIONS_H
#define DMD_IOVA_OPERATIONS_H

#include "dmadiff_abi.h"

/* One operation on an IOVA domain, or of CPU hotplug. */
void dmd_iova_operation(const struct dmd_op *op, struct dmd_result *result);

/* All domains, chained to what result has of the rest. */
void dmd_iova_observe_all(struct dmd_result *result);

#endif
