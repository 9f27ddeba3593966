/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be seen of an IOVA domain, SPEC.md "IOVA". */
#ifndef DMD_IOVA_VIEW_H
#define DMD_IOVA_VIEW_H

#include <linux/iova.h>

#include "dmadiff_abi.h"

/* init_iova_domain() and its caches, with what its users set up before. */
int dmd_iova_init(struct iova_domain *iovad, unsigned long granule,
		  unsigned long start_pfn, bool rcaches);
void dmd_iova_put(struct iova_domain *iovad);

bool dmd_iova_has_rcaches(const struct iova_domain *iovad);

/* Whether pages are few enough for the caches. */
bool dmd_iova_cacheable(unsigned long pages);

/* A CPU has gone: on revisions where that was left to the domain's user. */
void dmd_iova_cpu_gone(struct iova_domain *iovad, unsigned int cpu);

/* The domain around a pfn, and its caches for so many pages. */
void dmd_iova_observe(struct iova_domain *iovad, unsigned long pfn,
		      unsigned long pages, struct dmd_result *result);

/* How many objects are in use, of all domains. */
void dmd_iova_account(struct dmd_result *result);

/* All of the domain, chained to what is in result. */
void dmd_iova_digest(struct iova_domain *iovad, struct dmd_result *result);

void dmd_iova_read(struct iova_domain *iovad,
		   struct dmd_iova_domain_state *state);
uint32_t dmd_iova_read_nodes(struct iova_domain *iovad, uint64_t first,
			     struct dmd_iova_node_state *nodes,
			     uint32_t capacity);
uint32_t dmd_iova_read_magazines(struct iova_domain *iovad,
				 struct dmd_iova_magazine_state *magazines,
				 uint32_t capacity);

#endif
