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
enum dmd_abi { DMD_ABI_VERSION = 5 };

/* "No such thing", where an index or an address is optional. */
#define DMD_NONE 0xffffffffu
#define DMD_NO_ADDRESS 0xffffffffffffffffull

#include "dmadiff_words.h"

/* The machine, fixed from boot on. */
struct dmd_machine {
	uint64_t memory_bytes;	  /* RAM is [0, memory_bytes) */
	uint64_t late_pool_bytes; /* size asked of swiotlb_init_late() */
	uint32_t cpus;		  /* virtual CPUs, 1 to 128 */
	uint32_t flags;		  /* enum dmd_machine_flag */
	uint64_t highmem_from;	  /* memory from here on is high; 0: none is */
	uint32_t nodes;		  /* NUMA nodes, 1 to 4 */
	uint32_t xen_run_bytes;	  /* guest memory that is contiguous in the
				     machine's; 0: all of it */
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
	uint32_t xen;		/* 1: it belongs to a Xen guest */
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

/* A function whose branches are counted, as the compiler names it in its notes.
 */
struct dmd_covered_function {
	uint32_t ident;
	uint32_t lineno_checksum;
	uint32_t cfg_checksum;
	uint32_t counters; /* how many it has */
};

/* Memory that the kernel took, has not freed, and has no pointer to. */
struct dmd_leak {
	uint64_t allocated_at; /* offset in the library, for addr2line */
	uint64_t bytes;	       /* its size, rounded up */
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

/* Memory that is lost, the newest first, from kmalloc() and caches of objects.
 * To be asked between operations of a machine that lives. Returns the number
 * written. */
uint32_t dmd_read_leaks(struct dmd_leak *leaks, uint32_t capacity);

/* The functions whose branches are counted, from function first on: none unless
 * the kernel was compiled for it. Returns the number written. */
uint32_t dmd_read_covered_functions(uint32_t first,
				    struct dmd_covered_function *functions,
				    uint32_t capacity);

/* How often branches were taken since power-on: the counters of all functions,
 * in their order. Returns the number written. */
uint32_t dmd_read_counters(uint64_t *counters, uint32_t capacity);

/* Gives all memory of the machine back to the host; only dmd_boot() may follow.
 */
void dmd_shutdown(void);

/* The table of sizes and offsets, and its length. */
const struct dmd_layout *dmd_abi_layout(uint32_t *rows);

#pragma GCC visibility pop

#endif
