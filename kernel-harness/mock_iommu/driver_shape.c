/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of operations, as each revision has them. */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "dmd_features.h"
#include "driver.h"
#include "driver_domain.h"

#ifdef DMD_HAVE_IOMMU_SETUP_OLD
#include <linux/dma-iommu.h>
#endif

#define DEFAULT_SIZES (SZ_4K | SZ_2M | SZ_1G)

bool dmd_mock_translates(const struct iommu_domain *domain)
{
	return domain->type & __IOMMU_DOMAIN_PAGING;
}

bool dmd_mock_is_queued(const struct iommu_iotlb_gather *gather)
{
#ifdef DMD_HAVE_IOMMU_GATHER_QUEUED
	return gather->queued;
#else
	return false;
#endif
}

struct iommu_resv_region *dmd_mock_new_region(u64 base, u64 bytes,
					      enum iommu_resv_type type)
{
#ifdef DMD_HAVE_IOMMU_RESV_GFP
	return iommu_alloc_resv_region(base, bytes, 0, type, GFP_KERNEL);
#else
	return iommu_alloc_resv_region(base, bytes, 0, type);
#endif
}

int dmd_mock_probe_bus(const struct bus_type *bus)
{
#ifdef DMD_HAVE_IOMMU_DEFERS_PLUGGED
	return -EOPNOTSUPP;
#else
	return bus_iommu_probe((struct bus_type *)bus);
#endif
}

int dmd_mock_prepare_msi(struct device *dev, u64 phys, u64 *address)
{
	struct msi_desc desc = {.dev = dev};
	struct msi_msg msg = {
		.address_lo = lower_32_bits(phys),
		.address_hi = upper_32_bits(phys),
	};
	int error = iommu_dma_prepare_msi(&desc, phys);

	if (error)
		return error;
#ifdef DMD_HAVE_MSI_MSG_SET_ADDR
	msi_msg_set_addr(&desc, &msg, phys);
#else
	iommu_dma_compose_msi_msg(&desc, &msg);
#endif
	*address = (u64)msg.address_hi << 32 | msg.address_lo;
	return 0;
}

int dmd_mock_core_map(struct iommu_domain *domain, u64 iova, u64 phys, u64 size,
		      int prot)
{
#ifdef DMD_HAVE_IOMMU_MAP_GFP
	return iommu_map(domain, iova, phys, size, prot, GFP_KERNEL);
#else
	return iommu_map(domain, iova, phys, size, prot);
#endif
}

ssize_t dmd_mock_core_map_sg(struct iommu_domain *domain, u64 iova,
			     struct scatterlist *sg, u32 count, int prot)
{
#ifdef DMD_HAVE_IOMMU_MAP_SG_GFP
	return iommu_map_sg(domain, iova, sg, count, prot, GFP_KERNEL);
#else
	return iommu_map_sg(domain, iova, sg, count, prot);
#endif
}

/* Allocation and attachment of domains. */
#ifdef DMD_HAVE_IOMMU_ALLOC_PAGING
static struct iommu_domain *alloc_paging(struct device *dev)
{
	struct dmd_mock_domain *mock = dmd_mock_domain_new();

	return mock ? &mock->domain : NULL;
}
#else
static struct iommu_domain *alloc_domain(unsigned int type)
{
	struct dmd_mock_domain *mock;

	if (type == IOMMU_DOMAIN_BLOCKED)
		return NULL;
	mock = dmd_mock_domain_new();
	if (!mock)
		return NULL;
	mock->domain.type = type;
#ifdef DMD_HAVE_IOMMU_DRIVER_COOKIE
	if (type == IOMMU_DOMAIN_DMA && iommu_get_dma_cookie(&mock->domain)) {
		dmd_mock_domain_free(&mock->domain);
		return NULL;
	}
#endif
	return &mock->domain;
}
#endif

static void free_domain(struct iommu_domain *domain)
{
#ifdef DMD_HAVE_IOMMU_DRIVER_COOKIE
	iommu_put_dma_cookie(domain);
#endif
	dmd_mock_domain_free(domain);
}

#ifdef DMD_HAVE_IOMMU_ATTACH_OLD
static int attach(struct iommu_domain *domain, struct device *dev,
		  struct iommu_domain *old)
{
	return dmd_mock_attach(domain, dev);
}
#else
static int attach(struct iommu_domain *domain, struct device *dev)
{
	return dmd_mock_attach(domain, dev);
}
#endif

/* Pages one by one, or many at a time. */
#ifdef DMD_HAVE_IOMMU_MAP_PAGES
static int map_pages(struct iommu_domain *domain, unsigned long iova,
		     phys_addr_t phys, size_t pgsize, size_t count, int prot,
		     gfp_t gfp, size_t *mapped)
{
	return dmd_mock_map(domain, iova, phys, pgsize, count, prot, mapped);
}

static size_t unmap_pages(struct iommu_domain *domain, unsigned long iova,
			  size_t pgsize, size_t count,
			  struct iommu_iotlb_gather *gather)
{
	return dmd_mock_unmap(domain, iova, pgsize, count, gather);
}
#define DMD_PAGE_OPS .map_pages = map_pages, .unmap_pages = unmap_pages
#else
static int map_page(struct iommu_domain *domain, unsigned long iova,
		    phys_addr_t phys, size_t size, int prot, gfp_t gfp)
{
	size_t mapped = 0;

	return dmd_mock_map(domain, iova, phys, size, 1, prot, &mapped);
}

static size_t unmap_page(struct iommu_domain *domain, unsigned long iova,
			 size_t size, struct iommu_iotlb_gather *gather)
{
	return dmd_mock_unmap(domain, iova, size, 1, gather);
}
#define DMD_PAGE_OPS .map = map_page, .unmap = unmap_page
#endif

#ifdef DMD_HAVE_IOMMU_SYNC_MAP_INT
static int sync_map(struct iommu_domain *domain, unsigned long iova,
		    size_t size)
{
	dmd_mock_sync_map(domain, iova, size);
	return 0;
}
#elif defined(DMD_HAVE_IOMMU_SYNC_MAP_RANGE)
static void sync_map(struct iommu_domain *domain, unsigned long iova,
		     size_t size)
{
	dmd_mock_sync_map(domain, iova, size);
}
#else
static void sync_map(struct iommu_domain *domain)
{
	dmd_mock_sync_map(domain, 0, 1ull << 48);
}
#endif

#ifdef DMD_HAVE_IOMMU_CAPABLE_DEVICE
static bool is_capable(struct device *dev, enum iommu_cap cap)
#else
static bool is_capable(enum iommu_cap cap)
#endif
{
#ifdef DMD_HAVE_IOMMU_CAP_DEFERRED
	if (cap == IOMMU_CAP_DEFERRED_FLUSH)
		return true;
#endif
	return cap == IOMMU_CAP_CACHE_COHERENCY;
}

/* Who gives a device its DMA operations: the driver, while the core did not. */
static void finalize(struct device *dev)
{
#if defined(DMD_HAVE_IOMMU_SETUP_OLD)
	iommu_setup_dma_ops(dev, 0, 1ull << 48);
#elif defined(DMD_HAVE_IOMMU_SETUP_LIMIT)
	iommu_setup_dma_ops(dev, 0, U64_MAX);
#endif
}

#ifdef DMD_HAVE_IOMMU_DEFERRED_DOMAIN
static bool is_deferred(struct iommu_domain *domain, struct device *dev)
#else
static bool is_deferred(struct device *dev)
#endif
{
	return dmd_mock_is_deferred(dev);
}

static void release(struct device *dev)
{
}

#ifdef DMD_HAVE_IOMMU_DOMAIN_ATTR
static int get_attr(struct iommu_domain *domain, enum iommu_attr attr,
		    void *data)
{
	if (attr != DOMAIN_ATTR_DMA_USE_FLUSH_QUEUE)
		return -ENODEV;
	*(int *)data = to_mock(domain)->lazy;
	return 0;
}

static int set_attr(struct iommu_domain *domain, enum iommu_attr attr,
		    void *data)
{
	return attr == DOMAIN_ATTR_DMA_USE_FLUSH_QUEUE ? 0 : -ENODEV;
}
#endif

#define DMD_DOMAIN_OPS                                                         \
	.attach_dev = attach, DMD_PAGE_OPS,                                    \
	.flush_iotlb_all = dmd_mock_flush_all, .iotlb_sync = dmd_mock_sync,    \
	.iotlb_sync_map = sync_map, .iova_to_phys = dmd_mock_iova_to_phys

#ifdef DMD_HAVE_IOMMU_DOMAIN_OPS
static const struct iommu_domain_ops domain_ops = {
	DMD_DOMAIN_OPS,
	.free = free_domain,
};
#endif

#ifdef DMD_HAVE_IOMMU_IDENTITY_DOMAIN
static const struct iommu_domain_ops identity_ops = {.attach_dev = attach};
static struct iommu_domain identity_domain = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &identity_ops,
};
#endif

static const struct iommu_ops ops = {
	.capable = is_capable,
#ifdef DMD_HAVE_IOMMU_ALLOC_PAGING
	.domain_alloc_paging = alloc_paging,
#else
	.domain_alloc = alloc_domain,
#endif
#ifdef DMD_HAVE_IOMMU_IDENTITY_DOMAIN
	.identity_domain = &identity_domain,
#endif
	.probe_device = dmd_mock_probe,
	.probe_finalize = finalize,
	.release_device = release,
	.device_group = generic_device_group,
	.get_resv_regions = dmd_mock_resv_regions,
	.is_attach_deferred = is_deferred,
	.def_domain_type = dmd_mock_domain_type,
#ifdef DMD_HAVE_IOMMU_DOMAIN_OPS
	.default_domain_ops = &domain_ops,
#else
	DMD_DOMAIN_OPS,
	.domain_free = free_domain,
	.put_resv_regions = generic_iommu_put_resv_regions,
#endif
#ifdef DMD_HAVE_IOMMU_DOMAIN_ATTR
	.domain_get_attr = get_attr,
	.domain_set_attr = set_attr,
#endif
#ifdef DMD_HAVE_IOMMU_OPS_PGSIZES
	.pgsize_bitmap = DEFAULT_SIZES,
#endif
};

int dmd_mock_register(struct iommu_device *hardware)
{
#ifdef DMD_HAVE_IOMMU_BUS_OPS
	int error;

	iommu_device_set_ops(hardware, &ops);
	error = iommu_device_register(hardware);
	if (!error)
		error = bus_set_iommu(&platform_bus_type, &ops);
	return error ? error : bus_set_iommu(&pci_bus_type, &ops);
#else
	return iommu_device_register(hardware, &ops, NULL);
#endif
}
