/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hardware half of the mock IOMMU, in plain types: page tables and the
 * IOTLB, of all domains. docs/iommu.md tells how it works.
 */
#ifndef DMD_MOCK_IOMMU_H
#define DMD_MOCK_IOMMU_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/* What the IOTLB caches: one page of the smallest size that there is. */
#define DMD_GRANULE_SHIFT 12
#define DMD_GRANULE (1ull << DMD_GRANULE_SHIFT)

/* Sparse memory that holds all of it. */
#define DMD_IOMMU_BYTES (64ull << 20)

enum dmd_iommu_access { DMD_IOMMU_READ = 1, DMD_IOMMU_WRITE = 2 };

/* Where an IOVA leads to. */
struct dmd_translation {
	uint64_t phys;	 /* of the granule */
	uint32_t access; /* enum dmd_iommu_access */
	uint32_t present;
};

/* Starts empty, in DMD_IOMMU_BYTES of zeroed memory. */
void dmd_iommu_hardware_reset(void *memory);

/*
 * Maps one page of a size that is a power of two, or returns 0 when any part of
 * it is mapped, or there is no room. domain is any number, sizes the bitmap of
 * its page sizes.
 */
int dmd_page_table_map(uint32_t domain, uint64_t sizes, uint64_t iova,
		       uint64_t phys, uint64_t size, uint32_t access);

/*
 * Unmaps [iova, iova + size), size being one of sizes: a page of that size, or
 * the smaller ones inside of it. Returns the bytes unmapped from iova on up to
 * the first hole: 0 when there is a hole at iova, or only part of a page would
 * go.
 */
uint64_t dmd_page_table_unmap(uint32_t domain, uint64_t sizes, uint64_t iova,
			      uint64_t size);

/* Looks up the granule that holds iova. */
struct dmd_translation dmd_page_table_walk(uint32_t domain, uint64_t sizes,
					   uint64_t iova);

/* Pages mapped in a domain. */
uint64_t dmd_page_table_pages(uint32_t domain);

/*
 * Translates as the device would: from the IOTLB, or from the page table, and
 * then it is cached; what is not present only if caches_absent.
 */
struct dmd_translation dmd_iotlb_translate(uint32_t domain, uint64_t sizes,
					   uint64_t iova, int caches_absent);

/* Forgets [iova, iova + size); dmd_iotlb_flush_absent() only what is not
 * present. */
void dmd_iotlb_flush(uint32_t domain, uint64_t iova, uint64_t size);
void dmd_iotlb_flush_absent(uint32_t domain, uint64_t iova, uint64_t size);

/* Granules of the range that are held as present. */
uint64_t dmd_iotlb_held(uint32_t domain, uint64_t iova, uint64_t size);

/* Entries that disagree with the page table: held as present but changed or
 * gone, or held as absent but there. */
uint64_t dmd_iotlb_stale(uint32_t domain, uint64_t sizes);
uint64_t dmd_iotlb_absent(uint32_t domain, uint64_t sizes);

#endif
