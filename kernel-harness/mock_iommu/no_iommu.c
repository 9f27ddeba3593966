/* SPDX-License-Identifier: GPL-2.0-only */
/* Linked where the tree's IOMMU core does not build: there is no IOMMU. */
#include <linux/errno.h>

#include "driver.h"

int dmd_iommu_boot(bool lazy)
{
	return -EOPNOTSUPP;
}

int dmd_iommu_probe(struct device *dev)
{
	return -EOPNOTSUPP;
}

u64 dmd_iommu_resolve(struct device *dev, u64 address)
{
	return address;
}

u64 dmd_iommu_translate(struct device *dev, u64 address, u64 size, bool write,
			u64 *phys)
{
	*phys = address;
	return size;
}

int dmd_iommu_core_map(struct device *dev, u64 iova, u64 phys, u64 size,
		       u32 direction)
{
	return -EOPNOTSUPP;
}

int dmd_iommu_core_map_sg(struct device *dev, u64 iova, struct scatterlist *sg,
			  u32 count, u32 direction, u64 *mapped)
{
	return -EOPNOTSUPP;
}

int dmd_iommu_core_unmap(struct device *dev, u64 iova, u64 size, u64 *unmapped)
{
	return -EOPNOTSUPP;
}

int dmd_iommu_core_iova_to_phys(struct device *dev, u64 iova, u64 *phys)
{
	return -EOPNOTSUPP;
}

int dmd_iommu_prepare_msi(struct device *dev, u64 phys, u64 *address)
{
	return -EOPNOTSUPP;
}

int dmd_iommu_count(struct device *dev, u64 which, u64 *count)
{
	return -EOPNOTSUPP;
}

void dmd_iommu_fail(u64 nth)
{
}
