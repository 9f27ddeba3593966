/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_TOPOLOGY_H
#define _ASM_TOPOLOGY_H

#ifdef CONFIG_NUMA
#include <linux/cpumask.h>

/* CPUs and memory are dealt out to nodes alike, SPEC.md "Nodes". */
int dmd_node_of_cpu(unsigned int cpu);
const struct cpumask *dmd_cpus_of_node(int node);

#define cpu_to_node(cpu) dmd_node_of_cpu(cpu)
#define cpumask_of_node(node) dmd_cpus_of_node(node)
#endif

#include <asm-generic/topology.h>

#endif
