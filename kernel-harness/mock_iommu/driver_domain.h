/* SPDX-License-Identifier: GPL-2.0-only */
/* The driver, between what is the same in all revisions and what is not. */
#ifndef DMD_DRIVER_DOMAIN_H
#define DMD_DRIVER_DOMAIN_H

#include <linux/iommu.h>

#include "driver.h"

struct dmd_mock_domain {
	struct iommu_domain domain;
	u32 number; /* of its page table */
	u32 flags;  /* enum dmd_iommu_flag */
	u64 sizes;  /* bitmap of page sizes */
	bool lazy;
	struct dmd_mock_device *device; /* the one attached */
};

static inline struct dmd_mock_domain *to_mock(struct iommu_domain *domain)
{
	return container_of(domain, struct dmd_mock_domain, domain);
}

/* driver.c: the operations. */
struct dmd_mock_domain *dmd_mock_domain_new(void);
void dmd_mock_domain_free(struct iommu_domain *domain);
int dmd_mock_attach(struct iommu_domain *domain, struct device *dev);
int dmd_mock_map(struct iommu_domain *domain, unsigned long iova,
		 phys_addr_t phys, size_t pgsize, size_t count, int prot,
		 size_t *mapped);
size_t dmd_mock_unmap(struct iommu_domain *domain, unsigned long iova,
		      size_t pgsize, size_t count,
		      struct iommu_iotlb_gather *gather);
void dmd_mock_flush_all(struct iommu_domain *domain);
void dmd_mock_sync(struct iommu_domain *domain,
		   struct iommu_iotlb_gather *gather);
void dmd_mock_sync_map(struct iommu_domain *domain, u64 iova, u64 size);
phys_addr_t dmd_mock_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova);
struct iommu_device *dmd_mock_probe(struct device *dev);
bool dmd_mock_is_deferred(struct device *dev);
int dmd_mock_domain_type(struct device *dev);
void dmd_mock_resv_regions(struct device *dev, struct list_head *list);

/* driver_shape.c: how a revision wants them. */
int dmd_mock_register(struct iommu_device *hardware);
bool dmd_mock_translates(const struct iommu_domain *domain);
bool dmd_mock_is_queued(const struct iommu_iotlb_gather *gather);
struct iommu_resv_region *dmd_mock_new_region(u64 base, u64 bytes,
					      enum iommu_resv_type type);
int dmd_mock_probe_bus(const struct bus_type *bus);
int dmd_mock_prepare_msi(struct device *dev, u64 phys, u64 *address);
int dmd_mock_core_map(struct iommu_domain *domain, u64 iova, u64 phys, u64 size,
		      int prot);
ssize_t dmd_mock_core_map_sg(struct iommu_domain *domain, u64 iova,
			     struct scatterlist *sg, u32 count, int prot);

#endif
