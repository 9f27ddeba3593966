/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words of the boundary: kinds of operations, their outcomes, and the
 * values of operands. Part of dmadiff_abi.h.
 */
#ifndef DMADIFF_WORDS_H
#define DMADIFF_WORDS_H

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
	/* The page at buffer + offset becomes another domain's, at machine
	 * address arg.
	 */
	DMD_OP_XEN_FOREIGN = 60,
	/* iommu_map_sg(domain of device, arg, scatterlist buffer): mapping, and
	 * value, the bytes mapped.
	 */
	DMD_OP_IOMMU_MAP_SG = 61,
	/* iommu_dma_prepare_msi() for messages of device to the physical
	 * address arg: mapping, and value, the address in a message.
	 */
	DMD_OP_PREPARE_MSI = 62,
	/* dma_get_sgtable_attrs() of memory from DMD_OP_ALLOC: value, entries.
	 */
	DMD_OP_GET_SGTABLE = 63,
	/* Number of kinds. */
	DMD_OP_KINDS = 64
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
	/* Flushes of a range or of everything, since boot. */
	DMD_IOTLB_FLUSHES = 4,
	/* Calls of the driver to map pages, since boot. */
	DMD_IOTLB_MAP_CALLS = 5,
	/* Number of counts. */
	DMD_IOTLB_COUNTS = 6
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
	DMD_IOMMU_UNTRUSTED = 8,
	/* The driver attaches it when it first maps: another kernel left it
	 * running.
	 */
	DMD_IOMMU_DEFERRED = 16,
	/* Messages to the reserved IOVAs are interrupts, untranslated. */
	DMD_IOMMU_RESV_MSI = 32,
	/* The reserved IOVAs are where software maps what receives messages. */
	DMD_IOMMU_RESV_SW_MSI = 64
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
	DMD_ATTR_MMIO = 64,
	/* This bit up to bit 15: bits 10 to 18 of the tree's own attributes,
	 * whatever it calls them.
	 */
	DMD_ATTR_FIRST_NUMBERED = 128
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
	DMD_FAULT_STACK = 5,
	/* The processor does not tell: it was no canonical address, or one
	 * that an instruction wants aligned.
	 */
	DMD_FAULT_UNKNOWN = 6
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
	DMD_MACHINE_UNOBSERVED = 16,
	/* It is a guest of a Xen hypervisor. */
	DMD_MACHINE_XEN = 32,
	/* That lacks the hypercall which flushes caches. */
	DMD_MACHINE_XEN_NO_CACHE_FLUSH = 64,
	/* It was started by a kernel that had crashed: is_kdump_kernel(). */
	DMD_MACHINE_KDUMP = 128
};

#endif
