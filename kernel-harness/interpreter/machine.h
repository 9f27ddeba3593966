/* SPDX-License-Identifier: GPL-2.0-only */
/* The booted machine, shared by boot.c, operations.c and abi.c. */
#ifndef DMD_MACHINE_H
#define DMD_MACHINE_H

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/of_reserved_mem.h>
#include <linux/scatterlist.h>
#include <linux/pci.h>

#include "dmadiff_abi.h"
#include "dmd_host.h"
#include "../mock_iommu/driver.h"

#define DMD_MAX_DEVICES 64
#define DMD_MAX_BUFFERS 256
#define DMD_MAX_POOLS 16
#define DMD_MAX_MAPPINGS 65536
#define DMD_NAME_BYTES 8

struct dmd_machine_device {
	struct pci_dev pci; /* whatever the device is, its dev is in here */
	struct dmd_mock_device iommu;
	bool is_of_xen; /* its addresses are the machine's */
	struct device_dma_parameters parms;
	u64 dma_mask;
	char name[DMD_NAME_BYTES];
};

struct dmd_machine_pool {
	struct reserved_mem rmem;
	struct io_tlb_mem *mem; /* NULL until a device attaches */
	bool usable;
	char name[DMD_NAME_BYTES];
};

enum dmd_mapping_kind {
	DMD_MAPPING_NONE = 0,
	DMD_MAPPING_DMA,       /* by dma_map_page_attrs() */
	DMD_MAPPING_SWIOTLB,   /* by swiotlb_tbl_map_single() */
	DMD_MAPPING_ALLOC,     /* by swiotlb_alloc() */
	DMD_MAPPING_IOVA,      /* by alloc_iova(): address and size in pages */
	DMD_MAPPING_IOVA_FAST, /* by alloc_iova_fast() */
	DMD_MAPPING_SG,	       /* by dma_map_sg_attrs() */
	DMD_MAPPING_COHERENT,  /* by dma_alloc_attrs() */
	DMD_MAPPING_POOL,      /* by dma_alloc_from_pool() */
	DMD_MAPPING_RESOURCE,  /* by dma_map_resource() */
	DMD_MAPPING_PHYS,      /* by dma_map_phys() */
	DMD_MAPPING_IOMMU,     /* by iommu_map() */
	DMD_MAPPING_MSI	       /* by iommu_dma_prepare_msi() */
};

struct dmd_mapping {
	u64 address; /* DMA address; physical without an IOMMU */
	u64 phys;    /* where it leads to */
	u64 size;
	u64 offset; /* in the buffer */
	u32 kind;   /* enum dmd_mapping_kind */
	u32 device;
	u32 buffer;
	u32 direction;
	u32 attrs;	/* the kernel's own bits */
	u32 align_mask; /* of swiotlb_map */
	u32 ended;	/* its unmap has returned */
	void *cpu;    /* what the allocator returned: an address, or a cookie */
	u64 segments; /* of a scatterlist, after it was mapped */
};

#define DMD_MAX_SGLISTS 64
#define DMD_MAX_SG_ENTRIES 256

/* A scatterlist as a driver has it: entries, and the tables they lie in. */
struct dmd_sglist {
	struct scatterlist *tables; /* the first; the others are chained */
	u32 count;
	u32 chunk; /* entries of a table; 0: all in one */
	bool mapped;
	struct {
		u32 buffer;
		u64 offset;
		u64 size;
	} entries[DMD_MAX_SG_ENTRIES];
	/* A chained table of one entry takes two. */
	struct scatterlist storage[2 * DMD_MAX_SG_ENTRIES];
};

/* Lives in memory of its own, zeroed at power-off. */
struct dmd_state {
	struct dmd_machine machine;
	u32 device_count;
	u32 buffer_count;
	u32 pool_count; /* with the default pool */
	u32 has_iommu;
	u32 is_lazy; /* some device behind the IOMMU is */
	struct dmd_machine_device devices[DMD_MAX_DEVICES];
	struct dmd_buffer buffers[DMD_MAX_BUFFERS];
	struct dmd_machine_pool pools[DMD_MAX_POOLS];
	struct dmd_sglist sglists[DMD_MAX_SGLISTS];
	struct dmd_mapping mappings[DMD_MAX_MAPPINGS];
};

extern struct dmd_state *dmd_state;

/* The pool's bookkeeping, or NULL while it does not exist. */
struct io_tlb_mem *dmd_pool_mem(u32 pool);

static inline struct device *dmd_device(u32 number)
{
	return &dmd_state->devices[number].pci.dev;
}

/* Says that an operation cannot be done as it is written. */
static inline void dmd_bad_op(struct dmd_result *result)
{
	result->status = DMD_STATUS_BAD_OP;
}

/* Hands a value to the early parameter of that name, if there is one. */
void dmd_early_parameter(const char *name, const char *value);

/* Steps of the boot; each fills one result. */
void dmd_boot_cmdline(const char *cmdline);
void dmd_boot_pool(u32 pool, const struct dmd_pool *declared,
		   struct dmd_result *result);
void dmd_boot_machine(struct dmd_result *result);
void dmd_boot_device(u32 device, const struct dmd_device *declared,
		     struct dmd_result *result);
void dmd_boot_buffer(u32 buffer, const struct dmd_buffer *declared,
		     struct dmd_result *result);

/* One operation; everything but the log fields of result. */
void dmd_operation(const struct dmd_op *op, struct dmd_result *result);

static inline void dmd_set_errno(struct dmd_result *result, int error)
{
	result->error = error;
	result->status = error ? DMD_STATUS_ERRNO : DMD_STATUS_OK;
}

#endif
