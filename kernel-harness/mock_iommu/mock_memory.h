/* SPDX-License-Identifier: GPL-2.0-only */
/* Where page tables and the IOTLB live; shared by the files that walk them. */
#ifndef DMD_MOCK_MEMORY_H
#define DMD_MOCK_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Each device has one or two. */
#define DMD_MAX_DOMAINS 256
#define DMD_NODE_BUCKET_BITS 16
#define DMD_MAX_NODES (1u << 20)
#define DMD_ENTRY_BUCKET_BITS 12
#define DMD_MAX_ENTRIES (1u << 16)

/* In dmd_node.access, so that a page without any right is one too. */
#define DMD_NODE_IS_PAGE 0x80000000u

/* A page, or the range of one, see page_table.c. Index 0 is none. */
struct dmd_node {
	uint64_t base;
	uint64_t size;
	uint64_t phys;
	uint32_t domain;
	uint32_t access; /* of a page; 0: it is none */
	uint32_t inside; /* smaller pages */
	uint32_t next;
};

/* A translation that the IOTLB holds. Index 0 is none. */
struct dmd_entry {
	uint64_t iova; /* of the granule */
	uint64_t phys;
	uint32_t domain;
	uint32_t access;
	uint32_t present;
	uint32_t next;
};

struct dmd_iommu_memory {
	uint64_t pages[DMD_MAX_DOMAINS];
	uint32_t node_count;
	uint32_t free_node;
	uint32_t entry_count;
	uint32_t free_entry;
	uint32_t held; /* entries in use */
	uint32_t padding;
	uint32_t node_heads[1u << DMD_NODE_BUCKET_BITS];
	uint32_t entry_heads[1u << DMD_ENTRY_BUCKET_BITS];
	struct dmd_entry entries[DMD_MAX_ENTRIES];
	struct dmd_node nodes[DMD_MAX_NODES];
};

extern struct dmd_iommu_memory *dmd_iommu_memory;

#endif
