/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_NODES_H
#define DMD_NODES_H

#include <linux/types.h>

/* Deals memory and CPUs out to nodes. */
void dmd_nodes_reset(u32 nodes, u32 cpus, u64 memory_bytes);

/* The part of memory that belongs to a node; for a negative one, to the node of
 * the current CPU. All of it when there is one node. */
void dmd_node_range(int node, u64 *start, u64 *end);

#endif
