/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The boundary between dmadiff's C# side and a kernel compiled into a shared
 * library. generated-bindings/ turns this file into C#; the table returned by
 * dmd_abi_layout() lets the C# side compare every size and offset at load.
 *
 * Rules: fixed-width integers only, no bit-fields, no unions, every padding
 * byte named. Addresses are those of the simulated machine, never host
 * pointers, so that results are the same on every run.
 */
#ifndef DMADIFF_ABI_H
#define DMADIFF_ABI_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/* Raised whenever a struct, an enumerator or an entry point changes. */
enum dmd_abi { DMD_ABI_VERSION = 2 };

/* "No such thing", where an index or an address is optional. */
#define DMD_NONE 0xffffffffu
#define DMD_NO_ADDRESS 0xffffffffffffffffull

/* What one operation does. Operands are named in struct dmd_op. */
enum dmd_op_kind {
	/* Compare everything: all slot tables, areas and buffers. */
	DMD_OP_CHECK = 0,
	/* Run the following operations on virtual CPU arg. */
	DMD_OP_CPU = 1,
	/* Advance the virtual clock by arg milliseconds. */
	DMD_OP_TIME = 2,
	/* The arg-th allocation from now on fails (1 = the next one). */
	DMD_OP_FAIL_ALLOC = 3,
	/* The CPU writes the pattern arg to buffer[offset, offset + size). */
	DMD_OP_FILL = 4,
	/* dma_map_page_attrs(device, buffer + offset, size): mapping. */
	DMD_OP_MAP = 5,
	/* dma_unmap_page_attrs(mapping). */
	DMD_OP_UNMAP = 6,
	/* dma_sync_single_for_cpu(mapping + offset, size). */
	DMD_OP_SYNC_FOR_CPU = 7,
	/* dma_sync_single_for_device(mapping + offset, size). */
	DMD_OP_SYNC_FOR_DEVICE = 8,
	/* The device reads mapping[offset, offset + size) by DMA address. */
	DMD_OP_DEV_READ = 9,
	/* The device writes the pattern arg to mapping[offset, offset + size).
	 */
	DMD_OP_DEV_WRITE = 10,
	/* swiotlb_tbl_map_single(), alloc_align_mask in arg: mapping. */
	DMD_OP_SWIOTLB_MAP = 11,
	/* swiotlb_tbl_unmap_single(mapping). */
	DMD_OP_SWIOTLB_UNMAP = 12,
	/* swiotlb_sync_single_for_cpu(mapping + offset, size). */
	DMD_OP_SWIOTLB_SYNC_FOR_CPU = 13,
	/* swiotlb_sync_single_for_device(mapping + offset, size). */
	DMD_OP_SWIOTLB_SYNC_FOR_DEVICE = 14,
	/* swiotlb_alloc(device, size) from the restricted pool: mapping. */
	DMD_OP_SWIOTLB_ALLOC = 15,
	/* swiotlb_free(mapping). */
	DMD_OP_SWIOTLB_FREE = 16,
	/* dma_max_mapping_size(device): value. */
	DMD_OP_MAX_MAPPING_SIZE = 17,
	/* Read the debugfs file arg (enum dmd_debugfs_file) of a pool: value.
	 */
	DMD_OP_DEBUGFS_READ = 18,
	/* Write size to the debugfs file arg of a pool. */
	DMD_OP_DEBUGFS_WRITE = 19,
	/* The device reads by the address a mapping had before it ended. */
	DMD_OP_STALE_READ = 20,
	/* The device writes the pattern arg by such an address. */
	DMD_OP_STALE_WRITE = 21,
	/* iommu_map(domain of device, arg, buffer + offset, size): mapping. */
	DMD_OP_IOMMU_MAP = 22,
	/* iommu_unmap(mapping + offset, size): value. The mapping stays. */
	DMD_OP_IOMMU_UNMAP = 23,
	/* iommu_iova_to_phys(mapping + offset): value. */
	DMD_OP_IOVA_TO_PHYS = 24,
	/* Read the count arg (enum dmd_iotlb_count) of a device's IOTLB: value.
	 */
	DMD_OP_IOTLB_READ = 25,
	/* The arg-th map call that the IOMMU driver gets from now on fails. */
	DMD_OP_IOMMU_FAIL = 26,
	/* init_iova_domain(granule size, first pfn arg) as domain device, and
	 * its caches, unless DMD_ATTR_NO_RCACHES. */
	DMD_OP_IOVA_INIT = 27,
	/* put_iova_domain(domain device). */
	DMD_OP_IOVA_PUT = 28,
	/* alloc_iova(domain device, size pages, last pfn arg): mapping, and
	 * value, its first pfn. */
	DMD_OP_IOVA_ALLOC = 29,
	/* free_iova(mapping). */
	DMD_OP_IOVA_FREE = 30,
	/* alloc_iova_fast(domain device, size pages, last pfn arg): mapping,
	 * and value, its first pfn. */
	DMD_OP_IOVA_ALLOC_FAST = 31,
	/* free_iova_fast(mapping). */
	DMD_OP_IOVA_FREE_FAST = 32,
	/* reserve_iova(domain device, pfns arg to offset): value, the first pfn
	 * of the range that they are in now. */
	DMD_OP_IOVA_RESERVE = 33,
	/* find_iova(domain device, pfn arg): value, its first pfn. */
	DMD_OP_IOVA_FIND = 34,
	/* CPU arg goes offline. */
	DMD_OP_CPU_DOWN = 35,
	/* CPU arg comes back. */
	DMD_OP_CPU_UP = 36,
	/* Entry arg of scatterlist mapping: buffer[offset, offset + size).
	 * Entry 0 starts the list anew; device: entries of each chained table,
	 * 0: one table.
	 */
	DMD_OP_SG_ENTRY = 37,
	/* dma_map_sg_attrs(device, scatterlist buffer): mapping. */
	DMD_OP_MAP_SG = 38,
	/* dma_unmap_sg_attrs(mapping). */
	DMD_OP_UNMAP_SG = 39,
	/* dma_sync_sg_for_cpu(mapping). */
	DMD_OP_SYNC_SG_FOR_CPU = 40,
	/* dma_sync_sg_for_device(mapping). */
	DMD_OP_SYNC_SG_FOR_DEVICE = 41,
	/* sg_dma_address() of segment arg of the mapping: value. */
	DMD_OP_SG_ADDRESS = 42,
	/* sg_dma_len() of segment arg of the mapping: value. */
	DMD_OP_SG_LENGTH = 43,
	/* dma_alloc_attrs(device, size), arg is an enum dmd_gfp: mapping. */
	DMD_OP_ALLOC = 44,
	/* dma_free_attrs(mapping). */
	DMD_OP_FREE = 45,
	/* The CPU writes the pattern arg to [offset, offset + size) of memory
	 * from DMD_OP_ALLOC or DMD_OP_POOL_ALLOC.
	 */
	DMD_OP_CPU_WRITE = 46,
	/* The CPU reads [offset, offset + size) of such memory. */
	DMD_OP_CPU_READ = 47,
	/* dma_alloc_from_pool(device, size), arg is an enum dmd_gfp: mapping.
	 */
	DMD_OP_POOL_ALLOC = 48,
	/* dma_free_from_pool(mapping). */
	DMD_OP_POOL_FREE = 49,
	/* dma_map_resource(device, physical address arg, size): mapping. */
	DMD_OP_MAP_RESOURCE = 50,
	/* dma_unmap_resource(mapping). */
	DMD_OP_UNMAP_RESOURCE = 51,
	/* dma_map_phys(device, buffer + offset, size): mapping. */
	DMD_OP_MAP_PHYS = 52,
	/* dma_unmap_phys(mapping). */
	DMD_OP_UNMAP_PHYS = 53,
	/* dma_opt_mapping_size(device): value. */
	DMD_OP_OPT_MAPPING_SIZE = 54,
	/* dma_get_required_mask(device): value. */
	DMD_OP_REQUIRED_MASK = 55,
	/* dma_addressing_limited(device): value. */
	DMD_OP_ADDRESSING_LIMITED = 56,
	/* dma_need_sync(mapping + offset): value. */
	DMD_OP_NEED_SYNC = 57,
	/* Run the work that is queued. */
	DMD_OP_WORK = 58,
	/* A grace period passes: call what call_rcu() was given. */
	DMD_OP_RCU = 59,
	/* Number of kinds. */
	DMD_OP_KINDS = 60
};

/* The files in a pool's debugfs directory, and those of the atomic pools. */
enum dmd_debugfs_file {
	/* io_tlb_nslabs: slots of the pool. */
	DMD_DEBUGFS_NSLABS = 0,
	/* io_tlb_used: slots in use. */
	DMD_DEBUGFS_USED = 1,
	/* io_tlb_used_hiwater: the most that were in use; not in every
	 * revision.
	 */
	DMD_DEBUGFS_USED_HIWATER = 2,
	/* pool_size_dma in dma_pools: bytes of the atomic pool below 16 MiB. */
	DMD_DEBUGFS_POOL_SIZE_DMA = 3,
	/* pool_size_dma32 in dma_pools: of the one below 4 GiB. */
	DMD_DEBUGFS_POOL_SIZE_DMA32 = 4,
	/* pool_size_kernel in dma_pools: of the one anywhere. */
	DMD_DEBUGFS_POOL_SIZE_KERNEL = 5,
	/* io_tlb_transient_nslabs: slots of transient pools. */
	DMD_DEBUGFS_TRANSIENT_NSLABS = 6,
	/* Number of files. */
	DMD_DEBUGFS_FILES = 7
};

/* What is counted of a modelled IOTLB. */
enum dmd_iotlb_count {
	/* Translations it holds that the page table no longer has. */
	DMD_IOTLB_STALE = 0,
	/* Pages mapped where it still held a translation, since boot. */
	DMD_IOTLB_REUSED = 1,
	/* Pages it holds as not present that the page table has. */
	DMD_IOTLB_ABSENT = 2,
	/* Pages in the page table. */
	DMD_IOTLB_MAPPED = 3,
	/* Number of counts. */
	DMD_IOTLB_COUNTS = 4
};

/* How a device stands behind an IOMMU. */
enum dmd_iommu_mode {
	/* It does not. */
	DMD_IOMMU_NONE = 0,
	/* Translated; the IOTLB is flushed by every unmap. */
	DMD_IOMMU_STRICT = 1,
	/* Translated; unmapped IOVAs wait in a flush queue. */
	DMD_IOMMU_LAZY = 2,
	/* An identity domain. */
	DMD_IOMMU_PASSTHROUGH = 3
};

/* Bits of dmd_device.iommu_flags. */
enum dmd_iommu_flag {
	/* The IOTLB also holds that a page is not present. */
	DMD_IOMMU_CACHES_ABSENT = 1,
	/* The driver does not gather ranges: it flushes everything. */
	DMD_IOMMU_NO_GATHER = 2,
	/* The device is a PCI function. */
	DMD_IOMMU_PCI = 4,
	/* It is a PCI function that firmware does not trust. */
	DMD_IOMMU_UNTRUSTED = 8
};

/* enum dma_data_direction, by value. */
enum dmd_direction {
	/* DMA_BIDIRECTIONAL: copied both ways. */
	DMD_BIDIRECTIONAL = 0,
	/* DMA_TO_DEVICE: the device only reads. */
	DMD_TO_DEVICE = 1,
	/* DMA_FROM_DEVICE: the device only writes. */
	DMD_FROM_DEVICE = 2
};

/* Bits of dmd_op.attrs; mapped to the tree's own DMA_ATTR_ values. */
enum dmd_attr {
	/* DMA_ATTR_SKIP_CPU_SYNC: no copy back at unmap. */
	DMD_ATTR_SKIP_CPU_SYNC = 1,
	/* DMA_ATTR_NO_WARN: a full pool is not logged. */
	DMD_ATTR_NO_WARN = 2,
	/* iova_init: without per-CPU caches. */
	DMD_ATTR_NO_RCACHES = 0x10000,
	/* iova_alloc: size_aligned. */
	DMD_ATTR_SIZE_ALIGNED = 0x20000,
	/* iova_alloc_fast: flush_rcache. */
	DMD_ATTR_FLUSH_RCACHE = 0x40000,
	/* DMA_ATTR_NO_KERNEL_MAPPING: the CPU does not want to see it. */
	DMD_ATTR_NO_KERNEL_MAPPING = 4,
	/* DMA_ATTR_FORCE_CONTIGUOUS: contiguous physical memory. */
	DMD_ATTR_FORCE_CONTIGUOUS = 8,
	/* DMA_ATTR_WRITE_COMBINE: writes may be combined. */
	DMD_ATTR_WRITE_COMBINE = 16,
	/* DMA_ATTR_ALLOC_SINGLE_PAGES: large pages are not worth the trouble.
	 */
	DMD_ATTR_SINGLE_PAGES = 32,
	/* DMA_ATTR_MMIO: not memory; of map_phys. */
	DMD_ATTR_MMIO = 64
};

/* How an allocation may be served. */
enum dmd_gfp {
	/* GFP_KERNEL: it may sleep. */
	DMD_GFP_KERNEL = 0,
	/* GFP_ATOMIC: it may not. */
	DMD_GFP_ATOMIC = 1,
	/* GFP_ATOMIC | GFP_DMA32: pool_alloc from the pool below 4 GiB. */
	DMD_GFP_ATOMIC_DMA32 = 2,
	/* GFP_ATOMIC | GFP_DMA: pool_alloc from the pool below 16 MiB. */
	DMD_GFP_ATOMIC_DMA = 3,
	/* Number of choices. */
	DMD_GFP_CHOICES = 4
};

/* What came of an operation. */
enum dmd_status {
	/* It was done. */
	DMD_STATUS_OK = 0,
	/* DMA_MAPPING_ERROR, or a NULL page from an allocation. */
	DMD_STATUS_MAPPING_ERROR = 1,
	/* -errno in dmd_result.error. */
	DMD_STATUS_ERRNO = 2,
	/* Not run: the mapping it names is not live. */
	DMD_STATUS_SKIPPED = 3,
	/* The device reached for an address where there is no memory. */
	DMD_STATUS_BUS_ERROR = 4,
	/* The kernel code crashed; see dmd_read_crash(). */
	DMD_STATUS_CRASH = 5,
	/* Not run: the machine crashed before. */
	DMD_STATUS_DEAD = 6,
	/* The operation itself makes no sense (an index out of range). */
	DMD_STATUS_BAD_OP = 7,
	/* The device reached for memory that is encrypted. */
	DMD_STATUS_ENCRYPTED = 8
};

/* How a machine died. */
enum dmd_crash_kind {
	/* It lives. */
	DMD_CRASH_NONE = 0,
	/* A trap of the processor: a bad access, a division by 0. */
	DMD_CRASH_SIGNAL = 1,
	/* BUG() or BUG_ON(). */
	DMD_CRASH_BUG = 2,
	/* panic(). */
	DMD_CRASH_PANIC = 3,
	/* An operation that does not end. */
	DMD_CRASH_HANG = 4,
	/* The code under test called a kernel function the harness lacks. */
	DMD_CRASH_MISSING_SERVICE = 5,
	/* A kernel service was misused: double unlock, bad free. */
	DMD_CRASH_MISUSE = 6,
	/* A sanitizer's report that ends the machine. */
	DMD_CRASH_SANITIZER = 7,
	/* The process that it ran in died, or had to be ended. */
	DMD_CRASH_PROCESS = 8
};

/* What a faulting instruction reached for. */
enum dmd_fault {
	/* The instruction did not fault, or nothing is known. */
	DMD_FAULT_NONE = 0,
	/* A NULL pointer: fault_address is the offset from it. */
	DMD_FAULT_NULL = 1,
	/* RAM: fault_address is physical. */
	DMD_FAULT_MEMORY = 2,
	/* Past the end of a slab object, or one that was freed. */
	DMD_FAULT_SLAB = 3,
	/* Anywhere else; the address is the host's, and so is not told. */
	DMD_FAULT_WILD = 4,
	/* The stack, of which nothing was left. */
	DMD_FAULT_STACK = 5
};

/* Bits of dmd_machine.flags. */
enum dmd_machine_flag {
	/* swiotlb_init() is told that some device cannot reach all memory. */
	DMD_MACHINE_ADDRESSING_LIMIT = 1,
	/* SWIOTLB_ANY: the default pool may lie above 4 GiB. */
	DMD_MACHINE_SWIOTLB_ANY = 2,
	/* SWIOTLB_FORCE: bounce everything. */
	DMD_MACHINE_SWIOTLB_FORCE = 4,
	/* The pool comes from the page allocator (swiotlb_init_late). */
	DMD_MACHINE_LATE_INIT = 8,
	/* Nothing is digested or counted, for measuring: results are poor. */
	DMD_MACHINE_UNOBSERVED = 16
};

/* The machine, fixed from boot on. */
struct dmd_machine {
	uint64_t memory_bytes;	  /* RAM is [0, memory_bytes) */
	uint64_t late_pool_bytes; /* size asked of swiotlb_init_late() */
	uint32_t cpus;		  /* virtual CPUs, 1 to 128 */
	uint32_t flags;		  /* enum dmd_machine_flag */
	uint64_t highmem_from;	  /* memory from here on is high; 0: none is */
	uint32_t nodes;		  /* NUMA nodes, 1 to 4 */
	uint32_t padding;	  /* always 0 */
};

/* A reserved-memory node that is a "restricted-dma-pool". */
struct dmd_pool {
	uint64_t base;	/* physical address, a multiple of the page size */
	uint64_t bytes; /* its size, a multiple of the page size */
};

/* A device, with what limits its DMA. */
struct dmd_device {
	uint64_t dma_mask;	 /* handed to dma_set_mask() */
	uint64_t coherent_mask;	 /* to dma_set_coherent_mask(); 0: not called */
	uint64_t coherent_base;	 /* memory for dma_declare_coherent_memory() */
	uint64_t coherent_bytes; /* its size; 0: it has none */
	uint64_t bus_dma_limit;	 /* last address its bus reaches; 0: none */
	uint64_t seg_boundary;	 /* a mask: 4 GiB is 0xffffffff */
	uint32_t min_align_mask; /* address bits that a bounce must keep */
	uint32_t max_segment_bytes; /* longest segment of a scatterlist */
	uint32_t pool;		/* 0: the default pool; else a declared one */
	uint32_t iommu;		/* enum dmd_iommu_mode */
	uint64_t iommu_pgsizes; /* bit n: the IOMMU has pages of 2^n bytes */
	uint64_t resv_base;	/* IOVAs reserved for the device */
	uint64_t resv_bytes;	/* 0: none are */
	uint32_t iommu_flags;	/* enum dmd_iommu_flag */
	uint32_t noncoherent;	/* 1: its accesses bypass the caches */
	uint32_t node;		/* its NUMA node */
	uint32_t padding;	/* always 0 */
};

/* Memory owned by a driver, which it maps for devices. */
struct dmd_buffer {
	uint64_t base;	/* physical address */
	uint64_t bytes; /* size */
};

/* One operation. Unused operands are zero. */
struct dmd_op {
	uint32_t kind;	  /* enum dmd_op_kind */
	uint32_t device;  /* or the pool, for debugfs: 0 is the default pool */
	uint32_t mapping; /* handle that the operation makes or uses */
	uint32_t buffer;  /* the one filled or mapped */
	uint64_t offset;  /* bytes */
	uint64_t size;	  /* bytes */
	uint64_t arg;	  /* see enum dmd_op_kind */
	uint32_t direction; /* enum dmd_direction */
	uint32_t attrs;	    /* enum dmd_attr */
};

/* What one operation did: compared between implementations, field by field. */
struct dmd_result {
	uint32_t status; /* enum dmd_status */
	int32_t error;	 /* -errno, or 0 */
	uint64_t value;	 /* DMA address, size or count; 0 when there is none */
	uint64_t data_digest; /* every byte range touched; 0 when none was */
	uint64_t slot_digest; /* slots of the segment touched; all of them in
				 CHECK */
	uint64_t log_digest;  /* lines logged by this operation; 0 when none */
	uint64_t used; /* used slots of the pool touched, summed over areas */
	uint64_t hiwater; /* its high-water mark; 0 where the revision has none
			   */
	uint32_t area;	  /* area touched, or DMD_NONE */
	uint32_t area_used;  /* used slots of that area */
	uint32_t area_index; /* where the area's next search starts */
	uint32_t log_lines;  /* lines logged since boot, after this operation */
};

/* A pool as it stands, for reports. */
struct dmd_pool_state {
	uint64_t start;	  /* physical address */
	uint64_t bytes;	  /* 0 while there is no pool */
	uint64_t nslabs;  /* slots */
	uint64_t used;	  /* used slots, summed over areas */
	uint64_t hiwater; /* most used slots; 0 where the revision has none */
	uint32_t nareas;  /* areas */
	uint32_t area_nslabs;  /* slots of an area */
	uint32_t force_bounce; /* 1: all mappings of its devices bounce */
	uint32_t for_alloc;    /* 1: memory may be allocated from it */
	uint32_t owner;	 /* number of the pool that it belongs to: its own, but
			    for pools that came later */
	uint32_t device; /* the one that a transient pool is for, or DMD_NONE */
};

/* One area of a pool. */
struct dmd_area_state {
	uint64_t used;	  /* used slots */
	uint32_t index;	  /* where the next search starts, within the area */
	uint32_t padding; /* always 0 */
};

/* One slot of a pool. */
struct dmd_slot_state {
	uint64_t orig_addr;  /* DMD_NO_ADDRESS when free */
	uint64_t alloc_size; /* bytes of the mapping from this slot on */
	uint32_t list;	    /* free slots from here to the end of the segment */
	uint32_t pad_slots; /* padding before the mapping; 0 without any */
};

/* An IOVA domain as it stands, for reports. All but granule are pfns. */
struct dmd_iova_domain_state {
	uint64_t granule;   /* bytes of a page; 0 while there is no domain */
	uint64_t start_pfn; /* lowest that is handed out */
	uint64_t dma_32bit_pfn;	   /* first above 4 GiB */
	uint64_t max32_alloc_size; /* pages that are known not to fit below */
	uint64_t cached_pfn;	   /* pfn_lo of the cached node */
	uint64_t cached32_pfn;	   /* pfn_lo of the cached node below 4 GiB */
	uint64_t nodes;		   /* in the tree, with its anchor */
	uint32_t has_rcaches;	   /* 1: it has per-CPU caches */
	uint32_t padding;	   /* always 0 */
};

/* A range in a domain's tree. */
struct dmd_iova_node_state {
	uint64_t pfn_lo; /* first pfn */
	uint64_t pfn_hi; /* last pfn */
};

/* A magazine of a domain's caches: a CPU's loaded one (place 0) and its
 * previous one (place 1), or the depot's, from the one that goes next on. */
struct dmd_iova_magazine_state {
	uint64_t digest; /* of its pfns, the last one pushed last */
	uint32_t order;	 /* it holds ranges of 2^order pages */
	uint32_t cpu;	 /* DMD_NONE for the depot's */
	uint32_t place;
	uint32_t count; /* pfns in it */
};

/* How the machine died, and where. Strings are NUL-terminated. */
struct dmd_crash {
	uint32_t kind;		 /* enum dmd_crash_kind */
	uint32_t signal;	 /* of DMD_CRASH_SIGNAL */
	uint64_t fault_address;	 /* 0 unless fault says otherwise */
	uint64_t library_offset; /* of the instruction, for addr2line; 0 if
				    outside */
	uint32_t op;		 /* index in the batch that was running */
	uint32_t line;		 /* line of file; 0 if unknown */
	uint32_t fault;		 /* enum dmd_fault */
	uint32_t padding;	 /* always 0 */
	uint8_t function[64];	 /* where it crashed; empty if unknown */
	uint8_t file[128];	 /* path in the kernel tree; empty if unknown */
	uint8_t message[192];	 /* text of a panic or misuse */
};

/* One row of the layout table: the size of a struct, or the offset of a field.
 */
struct dmd_layout {
	uint8_t name[64]; /* "dmd_op" or "dmd_op.kind" */
	uint32_t offset;  /* in bytes; 0 for a struct */
	uint32_t size;	  /* bytes */
};

#include "dmadiff_call.h"

/* Only these leave the library: the kernel's own names stay inside. */
#pragma GCC visibility push(default)

/*
 * Power off, then boot. The steps, each with one entry in results: the early
 * parameters in cmdline; every reserved pool; the machine (swiotlb set-up and
 * initcalls); every device; every buffer. That is 2 + pool_count +
 * device_count + buffer_count entries. Returns 0, or a negative errno when
 * this host cannot hold the machine; then results is not written.
 */
int32_t dmd_boot(const struct dmd_machine *machine, const char *cmdline,
		 const struct dmd_pool *pools, uint32_t pool_count,
		 const struct dmd_device *devices, uint32_t device_count,
		 const struct dmd_buffer *buffers, uint32_t buffer_count,
		 struct dmd_result *results);

/* Run a batch. Every operation gets a result, whatever happens. */
void dmd_run(const struct dmd_op *ops, uint32_t count,
	     struct dmd_result *results);

/* State, for reports. Pool 0 is the default pool, then the declared ones, then
 * those that came later, in the order they are searched, the transient ones
 * last. Returns 1, or 0 when there is no such pool. */
uint32_t dmd_read_pool(uint32_t pool, struct dmd_pool_state *state);

/* The areas of a pool, from its first on. Returns the number written. */
uint32_t dmd_read_areas(uint32_t pool, struct dmd_area_state *areas,
			uint32_t capacity);

/* The slots of a pool, from slot first on. Returns the number written. */
uint32_t dmd_read_slots(uint32_t pool, uint64_t first,
			struct dmd_slot_state *slots, uint32_t capacity);

/* State of an IOVA domain. Returns 1, or 0 when there is no such domain. */
uint32_t dmd_read_iova_domain(uint32_t domain,
			      struct dmd_iova_domain_state *state);

/* The nodes of a domain's tree in order, from node first on. Returns the number
 * written. */
uint32_t dmd_read_iova_nodes(uint32_t domain, uint64_t first,
			     struct dmd_iova_node_state *nodes,
			     uint32_t capacity);

/* The magazines of a domain that hold anything: by order, CPUs, then the depot.
 * Returns the number written. */
uint32_t dmd_read_iova_magazines(uint32_t domain,
				 struct dmd_iova_magazine_state *magazines,
				 uint32_t capacity);

/* Copies log lines [first_line, ...) to text, each ended by a newline, and
 * returns the number of bytes written. */
uint32_t dmd_read_log(uint32_t first_line, uint8_t *text, uint32_t capacity);

/* Returns 1 when the machine has crashed, else 0. */
uint32_t dmd_read_crash(struct dmd_crash *crash);

/* Copies physical memory; returns the number of bytes copied. */
uint32_t dmd_read_memory(uint64_t address, uint8_t *bytes, uint32_t capacity);

/* The same as a device sees it that bypasses the caches. */
uint32_t dmd_read_behind_caches(uint64_t address, uint8_t *bytes,
				uint32_t capacity);

/* Gives all memory of the machine back to the host; only dmd_boot() may follow.
 */
void dmd_shutdown(void);

/* The table of sizes and offsets, and its length. */
const struct dmd_layout *dmd_abi_layout(uint32_t *rows);

#pragma GCC visibility pop

#endif
