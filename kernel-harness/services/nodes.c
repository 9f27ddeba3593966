/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is near to what, SPEC.md "Nodes". */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/mmzone.h>

#include "nodes.h"
#include "services.h"

static u32 node_count = 1;
static u32 cpu_count = 1;
static u64 node_bytes;
static u64 memory_end;

static int node_of(u32 cpu)
{
	return (int)(cpu * node_count / cpu_count);
}

void dmd_node_range(int node, u64 *start, u64 *end)
{
	if (node < 0)
		node = node_of(dmd_cpu);
	if (node >= node_count)
		dmd_misuse("memory of a node that is not there");
	*start = node * node_bytes;
	/* What does not divide belongs to the last one. */
	*end = node + 1 == node_count ? memory_end : *start + node_bytes;
}

#ifdef CONFIG_NUMA
static struct cpumask node_cpus[MAX_NUMNODES];
static struct pglist_data node_table[MAX_NUMNODES];
struct pglist_data *dmd_node_data[MAX_NUMNODES];

/* As the kernel defines them. */
unsigned int nr_node_ids = MAX_NUMNODES;
unsigned int nr_online_nodes = 1;
nodemask_t node_states[NR_NODE_STATES];

int dmd_node_of_cpu(unsigned int cpu)
{
	return node_of(cpu);
}

const struct cpumask *dmd_cpus_of_node(int node)
{
	return &node_cpus[node];
}

static void tell_kernel(void)
{
	for (u32 cpu = 0; cpu < cpu_count; cpu++)
		__cpumask_set_cpu(cpu, &node_cpus[node_of(cpu)]);
	for (u32 node = 0; node < node_count; node++) {
		node_table[node].node_id = (int)node;
		dmd_node_data[node] = &node_table[node];
		for (int state = 0; state < NR_NODE_STATES; state++)
			__node_set((int)node, &node_states[state]);
	}
	nr_online_nodes = node_count;
}
#else
static void tell_kernel(void)
{
}
#endif

void dmd_nodes_reset(u32 nodes, u32 cpus, u64 memory_bytes)
{
	node_count = nodes ? nodes : 1;
	cpu_count = cpus;
	memory_end = memory_bytes;
	node_bytes = memory_bytes / node_count & PAGE_MASK;
	tell_kernel();
}
