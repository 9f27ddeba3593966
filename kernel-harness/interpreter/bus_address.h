/* SPDX-License-Identifier: GPL-2.0-only */
/* From what a device calls an address to memory: through an IOMMU, or through
 * a hypervisor's map of frames. */
#ifndef DMD_BUS_ADDRESS_H
#define DMD_BUS_ADDRESS_H

#include <linux/types.h>

struct device;

/* The physical address behind it, without the IOTLB; DMD_NO_ADDRESS if there is
 * none. */
u64 dmd_bus_resolve(struct device *dev, u64 address);

/* As dmd_iommu_translate(): for an access. */
u64 dmd_bus_translate(struct device *dev, u64 address, u64 size, bool write,
		      u64 *phys);

#endif
