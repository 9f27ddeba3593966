/* SPDX-License-Identifier: GPL-2.0-only */
/* What the interpreter asks of IOMMUs; in no_iommu.c, of there being none. */
#ifndef DMD_MOCK_DRIVER_H
#define DMD_MOCK_DRIVER_H

#include <linux/types.h>

#include "dmadiff_abi.h"

struct device;
struct scatterlist;
struct dmd_mock_domain;

/* What the mock keeps of a device; all zeros without an IOMMU. */
struct dmd_mock_device {
	struct dmd_mock_domain *domain; /* that it is attached to */
	u64 sizes;			/* bitmap of page sizes */
	u64 resv_base;
	u64 resv_bytes;
	u32 mode;      /* enum dmd_iommu_mode */
	u32 flags;     /* enum dmd_iommu_flag */
	bool attached; /* to some domain, since it was probed */
	u64 reused;    /* granules mapped while the IOTLB held them */
	u64 flushes;   /* of its domain's IOTLB, by range or of everything */
	u64 map_calls; /* of the driver, also those that it refused */
};

/* Runs the initcalls and registers the driver: some device is behind an IOMMU,
 * and lazy if one of them is. Returns 0 or an error. */
int dmd_iommu_boot(bool lazy);

/* Makes the device known to the core, as its bus would. */
int dmd_iommu_probe(struct device *dev);

/* The bus address of what the device calls address, without the IOTLB. */
u64 dmd_iommu_resolve(struct device *dev, u64 address);

/*
 * Translates for an access of the device, through the IOTLB. Returns the bytes
 * from address on that are contiguous and may be accessed, at most size; 0 is a
 * fault.
 */
u64 dmd_iommu_translate(struct device *dev, u64 address, u64 size, bool write,
			u64 *phys);

/* iommu_map() and its kin, on the domain that the device is attached to. */
int dmd_iommu_core_map(struct device *dev, u64 iova, u64 phys, u64 size,
		       u32 direction);
int dmd_iommu_core_map_sg(struct device *dev, u64 iova, struct scatterlist *sg,
			  u32 count, u32 direction, u64 *mapped);
int dmd_iommu_core_unmap(struct device *dev, u64 iova, u64 size, u64 *unmapped);
int dmd_iommu_core_iova_to_phys(struct device *dev, u64 iova, u64 *phys);

/* Where a message of the device has to go that is to reach phys. */
int dmd_iommu_prepare_msi(struct device *dev, u64 phys, u64 *address);

/* One of enum dmd_iotlb_count. */
int dmd_iommu_count(struct device *dev, u64 which, u64 *count);

/* The nth page that is to be mapped from now on is refused; 0: none is. */
void dmd_iommu_fail(u64 nth);

#endif
