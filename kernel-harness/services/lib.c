/* SPDX-License-Identifier: GPL-2.0-only */
/* Small library functions and global variables of the kernel core. */
#include "services.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BITS 64

/* Not 0: some code takes a zero time stamp for "never". */
#define FIRST_JIFFY 300000

unsigned long jiffies = FIRST_JIFFY;
unsigned int nr_cpu_ids;
unsigned int __num_possible_cpus;
unsigned int __num_online_cpus; /* all there is in an atomic_t */
unsigned int dmd_cpu;
unsigned long dmd_irqs_disabled;
unsigned long dmd_page_offset;
unsigned long max_pfn;
unsigned long max_mapnr;
unsigned long min_low_pfn;
void *high_memory;
void *mem_map;

/* Since early in any boot. */
bool static_key_initialized = true;

/* Bit maps of 128 CPUs, as NR_CPUS says. */
unsigned long __cpu_possible_mask[2];
unsigned long __cpu_present_mask[2];
unsigned long __cpu_online_mask[2];

void dmd_set_cpus(unsigned int count)
{
	for (unsigned int cpu = 0; cpu < count; cpu++)
		__cpu_possible_mask[cpu / BITS] |= 1ul << cpu % BITS;
	memcpy(__cpu_present_mask, __cpu_possible_mask,
	       sizeof(__cpu_possible_mask));
	memcpy(__cpu_online_mask, __cpu_possible_mask,
	       sizeof(__cpu_possible_mask));
	nr_cpu_ids = count;
	__num_possible_cpus = count;
	__num_online_cpus = count;
}

/* Out of line in older kernels. */
unsigned int cpumask_next(int after, const unsigned long *mask)
{
	unsigned int cpu = (unsigned int)(after + 1);

	while (cpu < nr_cpu_ids && !(mask[cpu / BITS] >> cpu % BITS & 1))
		cpu++;
	return cpu;
}

/* A jiffy is a millisecond. */
unsigned long __msecs_to_jiffies(const unsigned int milliseconds)
{
	return (int)milliseconds < 0 ? LONG_MAX / 2 - 1 : milliseconds;
}

unsigned long simple_strtoul(const char *text, char **end, unsigned int base)
{
	return strtoul(text, end, (int)base);
}

unsigned long long simple_strtoull(const char *text, char **end,
				   unsigned int base)
{
	return strtoull(text, end, (int)base);
}
