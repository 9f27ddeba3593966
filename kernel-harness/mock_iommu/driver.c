/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An IOMMU driver over the mock's page tables and IOTLB, with the operations
 * that every revision of the core calls. What drifts is in driver_shape.h.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/init.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "machine.h"
#include "services.h"
#include "dmd_features.h"
#include "driver.h"
#include "driver_domain.h"
#include "mock_iommu.h"

extern initcall_t dmd_iommu_initcall_start[], dmd_iommu_initcall_end[];

/* IOVAs have 48 bits. */
#define APERTURE_END ((1ull << 48) - 1)

static struct iommu_device hardware;
/* The last device probed: domains are made for it, of which a revision may say
 * nothing until it is attached. */
static struct device *probed;
static u32 domain_count;
static u64 fail_countdown;

static struct dmd_mock_device *mock_of(struct device *dev)
{
	return &container_of(dev, struct dmd_machine_device, pci.dev)->iommu;
}

static void set_up(struct dmd_mock_domain *mock,
		   const struct dmd_mock_device *device)
{
	mock->sizes = device->sizes;
	mock->flags = device->flags;
	mock->lazy = device->mode == DMD_IOMMU_LAZY;
	mock->domain.pgsize_bitmap = device->sizes;
}

struct dmd_mock_domain *dmd_mock_domain_new(void)
{
	struct dmd_mock_domain *mock = kzalloc(sizeof(*mock), GFP_KERNEL);

	if (!mock)
		return NULL;
	mock->number = ++domain_count;
	mock->domain.geometry.aperture_end = APERTURE_END;
	mock->domain.geometry.force_aperture = true;
	if (probed)
		set_up(mock, mock_of(probed));
	return mock;
}

void dmd_mock_domain_free(struct iommu_domain *domain)
{
	struct dmd_mock_domain *mock = to_mock(domain);

	dmd_iotlb_flush(mock->number, 0, APERTURE_END + 1);
	kfree(mock);
}

int dmd_mock_attach(struct iommu_domain *domain, struct device *dev)
{
	struct dmd_mock_device *device = mock_of(dev);

	device->domain = NULL;
	device->attached = true;
	if (!dmd_mock_translates(domain))
		return 0;
	device->domain = to_mock(domain);
	set_up(device->domain, device);
	device->domain->device = device;
	return 0;
}

/* Counts the call, and what it maps while the IOTLB still translates it. */
static void note_map(struct dmd_mock_domain *mock, u64 iova, u64 size)
{
	if (!mock->device)
		return;
	mock->device->map_calls++;
	mock->device->reused += dmd_iotlb_held(mock->number, iova, size);
}

int dmd_mock_map(struct iommu_domain *domain, unsigned long iova,
		 phys_addr_t phys, size_t pgsize, size_t count, int prot,
		 size_t *mapped)
{
	struct dmd_mock_domain *mock = to_mock(domain);
	u32 access = (prot & IOMMU_READ ? DMD_IOMMU_READ : 0) |
		     (prot & IOMMU_WRITE ? DMD_IOMMU_WRITE : 0);

	if (!count || !is_power_of_2(pgsize) || !(pgsize & mock->sizes) ||
	    (iova | phys) & (pgsize - 1))
		dmd_misuse("the IOMMU driver is given what is no page");
	note_map(mock, iova, pgsize * count);
	for (size_t i = 0; i < count; i++, *mapped += pgsize) {
		if (fail_countdown && !--fail_countdown)
			return -ENOMEM;
		if (WARN(!dmd_page_table_map(mock->number, mock->sizes,
					     iova + i * pgsize,
					     phys + i * pgsize, pgsize, access),
			 "IOVA 0x%lx is mapped already", iova + i * pgsize))
			return -EEXIST;
	}
	return 0;
}

size_t dmd_mock_unmap(struct iommu_domain *domain, unsigned long iova,
		      size_t pgsize, size_t count,
		      struct iommu_iotlb_gather *gather)
{
	struct dmd_mock_domain *mock = to_mock(domain);
	bool gathers = gather && !(mock->flags & DMD_IOMMU_NO_GATHER) &&
		       !dmd_mock_is_queued(gather);
	size_t done = 0;

	if (!count || !is_power_of_2(pgsize) || !(pgsize & mock->sizes) ||
	    iova & (pgsize - 1))
		dmd_misuse("the IOMMU driver is to unmap what is no page");
	for (size_t i = 0; i < count; i++) {
		size_t now = dmd_page_table_unmap(mock->number, mock->sizes,
						  iova + done, pgsize);

		if (now && gathers)
			iommu_iotlb_gather_add_page(domain, gather, iova + done,
						    now);
		done += now;
		if (now < pgsize)
			break;
	}
	return done;
}

static void flush(struct dmd_mock_domain *mock, u64 iova, u64 size)
{
	if (mock->device)
		mock->device->flushes++;
	dmd_iotlb_flush(mock->number, iova, size);
}

void dmd_mock_flush_all(struct iommu_domain *domain)
{
	flush(to_mock(domain), 0, APERTURE_END + 1);
}

void dmd_mock_sync(struct iommu_domain *domain,
		   struct iommu_iotlb_gather *gather)
{
	struct dmd_mock_domain *mock = to_mock(domain);

	if (mock->flags & DMD_IOMMU_NO_GATHER)
		dmd_mock_flush_all(domain);
	else if (gather->start <= gather->end)
		flush(mock, gather->start, gather->end - gather->start + 1);
}

void dmd_mock_sync_map(struct iommu_domain *domain, u64 iova, u64 size)
{
	struct dmd_mock_domain *mock = to_mock(domain);

	if (mock->flags & DMD_IOMMU_CACHES_ABSENT)
		dmd_iotlb_flush_absent(mock->number, iova, size);
}

phys_addr_t dmd_mock_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	struct dmd_mock_domain *mock = to_mock(domain);
	struct dmd_translation found =
		dmd_page_table_walk(mock->number, mock->sizes, iova);

	return found.present ? found.phys + iova % DMD_GRANULE : 0;
}

struct iommu_device *dmd_mock_probe(struct device *dev)
{
	if (!mock_of(dev)->mode)
		return ERR_PTR(-ENODEV);
	probed = dev;
	return &hardware;
}

bool dmd_mock_is_deferred(struct device *dev)
{
	const struct dmd_mock_device *device = mock_of(dev);

	return device->flags & DMD_IOMMU_DEFERRED && !device->attached;
}

int dmd_mock_domain_type(struct device *dev)
{
	switch (mock_of(dev)->mode) {
	case DMD_IOMMU_PASSTHROUGH:
		return IOMMU_DOMAIN_IDENTITY;
	case DMD_IOMMU_STRICT:
		return IOMMU_DOMAIN_DMA;
	default:
		return 0; /* what the boot line says */
	}
}

static enum iommu_resv_type resv_type(const struct dmd_mock_device *device)
{
	if (device->flags & DMD_IOMMU_RESV_MSI)
		return IOMMU_RESV_MSI;
	return device->flags & DMD_IOMMU_RESV_SW_MSI ? IOMMU_RESV_SW_MSI
						     : IOMMU_RESV_RESERVED;
}

void dmd_mock_resv_regions(struct device *dev, struct list_head *list)
{
	const struct dmd_mock_device *device = mock_of(dev);
	struct iommu_resv_region *region;

	if (!device->resv_bytes)
		return;
	region = dmd_mock_new_region(device->resv_base, device->resv_bytes,
				     resv_type(device));
	if (region)
		list_add_tail(&region->list, list);
}

int dmd_iommu_boot(bool lazy)
{
	dmd_early_parameter("iommu.strict", lazy ? "0" : "1");
	for (initcall_t *call = dmd_iommu_initcall_start;
	     call < dmd_iommu_initcall_end; call++) {
		int error = (*call)();

		if (error)
			return error;
	}
	return dmd_mock_register(&hardware);
}

/* Where nothing is deferred for a device that is plugged in, one that is to be
 * is found on its bus. */
int dmd_iommu_probe(struct device *dev)
{
#ifndef DMD_HAVE_IOMMU_DEFERS_PLUGGED
	if (mock_of(dev)->flags & DMD_IOMMU_DEFERRED) {
		int error;

		dmd_bus_show(dev);
		error = dmd_mock_probe_bus(dev->bus);
		dmd_bus_show(NULL);
		return error;
	}
#endif
	return iommu_probe_device(dev);
}

u64 dmd_iommu_resolve(struct device *dev, u64 address)
{
	const struct dmd_mock_device *device = mock_of(dev);
	struct dmd_translation found;

	if (!device->domain)
		return address;
	found = dmd_page_table_walk(device->domain->number, device->sizes,
				    address);
	return found.present ? found.phys + address % DMD_GRANULE
			     : DMD_NO_ADDRESS;
}

u64 dmd_iommu_translate(struct device *dev, u64 address, u64 size, bool write,
			u64 *phys)
{
	const struct dmd_mock_device *device = mock_of(dev);
	u32 wanted = write ? DMD_IOMMU_WRITE : DMD_IOMMU_READ;
	u64 done = 0;

	if (!device->domain) {
		*phys = address;
		return size;
	}
	while (done < size) {
		u64 offset = (address + done) % DMD_GRANULE;
		struct dmd_translation found = dmd_iotlb_translate(
			device->domain->number, device->sizes, address + done,
			device->flags & DMD_IOMMU_CACHES_ABSENT);

		if (!found.present || !(found.access & wanted))
			break;
		if (!done)
			*phys = found.phys + offset;
		else if (found.phys + offset != *phys + done)
			break;
		done += DMD_GRANULE - offset;
	}
	return min(done, size);
}

static int prot_of(u32 direction)
{
	return (direction != DMD_FROM_DEVICE ? IOMMU_READ : 0) |
	       (direction != DMD_TO_DEVICE ? IOMMU_WRITE : 0);
}

int dmd_iommu_core_map(struct device *dev, u64 iova, u64 phys, u64 size,
		       u32 direction)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain ? dmd_mock_core_map(domain, iova, phys, size,
					  prot_of(direction))
		      : -ENODEV;
}

int dmd_iommu_core_map_sg(struct device *dev, u64 iova, struct scatterlist *sg,
			  u32 count, u32 direction, u64 *mapped)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);
	ssize_t done;

	if (!domain)
		return -ENODEV;
	done = dmd_mock_core_map_sg(domain, iova, sg, count,
				    prot_of(direction));
	*mapped = done < 0 ? 0 : done;
	return done < 0 ? (int)done : 0;
}

int dmd_iommu_core_unmap(struct device *dev, u64 iova, u64 size, u64 *unmapped)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (!domain)
		return -ENODEV;
	*unmapped = iommu_unmap(domain, iova, size);
	return 0;
}

int dmd_iommu_core_iova_to_phys(struct device *dev, u64 iova, u64 *phys)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (!domain)
		return -ENODEV;
	*phys = iommu_iova_to_phys(domain, iova);
	return 0;
}

int dmd_iommu_prepare_msi(struct device *dev, u64 phys, u64 *address)
{
	return dmd_mock_prepare_msi(dev, phys, address);
}

int dmd_iommu_count(struct device *dev, u64 which, u64 *count)
{
	const struct dmd_mock_device *device = mock_of(dev);

	if (!device->domain)
		return -ENODEV;
	if (which == DMD_IOTLB_STALE)
		*count = dmd_iotlb_stale(device->domain->number, device->sizes);
	else if (which == DMD_IOTLB_ABSENT)
		*count =
			dmd_iotlb_absent(device->domain->number, device->sizes);
	else if (which == DMD_IOTLB_MAPPED)
		*count = dmd_page_table_pages(device->domain->number);
	else if (which == DMD_IOTLB_FLUSHES)
		*count = device->flushes;
	else if (which == DMD_IOTLB_MAP_CALLS)
		*count = device->map_calls;
	else
		*count = device->reused;
	return 0;
}

void dmd_iommu_fail(u64 nth)
{
	fail_countdown = nth;
}
