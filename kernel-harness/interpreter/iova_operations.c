/* SPDX-License-Identifier: GPL-2.0-only */
/* IOVA domains and CPU hotplug, SPEC.md "IOVA". */
#include <linux/iova.h>

#include "cpuhp.h"
#include "iova_operations.h"
#include "iova_view.h"
#include "machine.h"
#include "services.h"

#define MAX_DOMAINS 16

/* Beyond these, sizes and pfns are mistakes of the caller. */
#define LARGEST_SIZE (1ull << 40)
#define LARGEST_PFN (1ull << 62)

static struct iova_domain domains[MAX_DOMAINS];
static bool live[MAX_DOMAINS];

static struct iova_domain *domain_of(u32 number)
{
	return number < MAX_DOMAINS && live[number] ? &domains[number] : NULL;
}

static void observe(struct iova_domain *iovad, u64 pfn, u64 pages,
		    struct dmd_result *result)
{
	if (!(dmd_state->machine.flags & DMD_MACHINE_UNOBSERVED))
		dmd_iova_observe(iovad, pfn, pages, result);
}

static void do_init(const struct dmd_op *op, struct dmd_result *result)
{
	struct iova_domain *iovad = &domains[op->device];
	int error;

	if (op->device >= MAX_DOMAINS || live[op->device] || !op->size ||
	    op->size > LARGEST_SIZE || !op->arg || op->arg > LARGEST_PFN)
		return dmd_bad_op(result);
	error = dmd_iova_init(iovad, op->size, op->arg,
			      !(op->attrs & DMD_ATTR_NO_RCACHES));
	live[op->device] = !error;
	dmd_set_errno(result, error);
	if (!error)
		observe(iovad, 0, 0, result);
	else
		dmd_iova_account(result);
}

/* Handles into a domain that has gone name nothing any more. */
static void forget_mappings(u32 domain)
{
	for (u32 i = 0; i < DMD_MAX_MAPPINGS; i++) {
		struct dmd_mapping *mapping = &dmd_state->mappings[i];

		if ((mapping->kind == DMD_MAPPING_IOVA ||
		     mapping->kind == DMD_MAPPING_IOVA_FAST) &&
		    mapping->device == domain)
			mapping->kind = DMD_MAPPING_NONE;
	}
}

static void do_put(const struct dmd_op *op, struct dmd_result *result)
{
	struct iova_domain *iovad = domain_of(op->device);

	if (op->device >= MAX_DOMAINS)
		return dmd_bad_op(result);
	if (!iovad) {
		result->status = DMD_STATUS_SKIPPED;
		return;
	}
	dmd_iova_put(iovad);
	live[op->device] = false;
	forget_mappings(op->device);
	dmd_iova_account(result);
}

/* The domain of an operation; NULL, and the status, when there is none. */
static struct iova_domain *begin(const struct dmd_op *op,
				 struct dmd_result *result)
{
	struct iova_domain *iovad = domain_of(op->device);

	if (op->device >= MAX_DOMAINS)
		dmd_bad_op(result);
	else if (!iovad)
		result->status = DMD_STATUS_SKIPPED;
	return iovad;
}

static u64 alloc(struct iova_domain *iovad, const struct dmd_op *op)
{
	struct iova *iova;

	if (op->kind == DMD_OP_IOVA_ALLOC_FAST)
		return alloc_iova_fast(iovad, op->size, op->arg,
				       op->attrs & DMD_ATTR_FLUSH_RCACHE);
	iova = alloc_iova(iovad, op->size, op->arg,
			  op->attrs & DMD_ATTR_SIZE_ALIGNED);
	return iova ? iova->pfn_lo : 0;
}

static void do_iova_alloc(const struct dmd_op *op, struct dmd_result *result)
{
	bool fast = op->kind == DMD_OP_IOVA_ALLOC_FAST;
	struct iova_domain *iovad;
	struct dmd_mapping *mapping;
	u64 pfn;

	if (op->mapping >= DMD_MAX_MAPPINGS || !op->size ||
	    op->size > LARGEST_SIZE ||
	    dmd_state->mappings[op->mapping].kind != DMD_MAPPING_NONE)
		return dmd_bad_op(result);
	iovad = begin(op, result);
	if (!iovad)
		return;
	/* That follows a NULL pointer, if only to flush the caches. */
	if (fast && !dmd_iova_has_rcaches(iovad))
		return dmd_bad_op(result);
	mapping = &dmd_state->mappings[op->mapping];
	pfn = alloc(iovad, op);
	if (!pfn) {
		result->status = DMD_STATUS_MAPPING_ERROR;
		return observe(iovad, op->arg, op->size, result);
	}
	*mapping = (struct dmd_mapping){
		.address = pfn,
		.size = op->size,
		.device = op->device,
		.kind = fast ? DMD_MAPPING_IOVA_FAST : DMD_MAPPING_IOVA,
	};
	result->value = pfn;
	observe(iovad, pfn, op->size, result);
}

static void do_iova_free(const struct dmd_op *op, struct dmd_result *result)
{
	bool fast = op->kind == DMD_OP_IOVA_FREE_FAST;
	struct iova_domain *iovad;
	struct dmd_mapping *mapping;

	if (op->mapping >= DMD_MAX_MAPPINGS)
		return dmd_bad_op(result);
	mapping = &dmd_state->mappings[op->mapping];
	if (mapping->kind == DMD_MAPPING_NONE) {
		result->status = DMD_STATUS_SKIPPED;
		return;
	}
	/* What alloc_iova() made may be too short for the cache of its order.
	 */
	if (mapping->kind != DMD_MAPPING_IOVA_FAST &&
	    (fast || mapping->kind != DMD_MAPPING_IOVA))
		return dmd_bad_op(result);
	iovad = &domains[mapping->device];
	if (fast)
		free_iova_fast(iovad, mapping->address, mapping->size);
	else
		free_iova(iovad, mapping->address);
	mapping->kind = DMD_MAPPING_NONE;
	observe(iovad, mapping->address, mapping->size, result);
}

static void do_reserve(const struct dmd_op *op, struct dmd_result *result)
{
	struct iova_domain *iovad;
	struct iova *iova;

	if (op->arg > op->offset)
		return dmd_bad_op(result);
	iovad = begin(op, result);
	if (!iovad)
		return;
	iova = reserve_iova(iovad, op->arg, op->offset);
	if (iova)
		result->value = iova->pfn_lo;
	else
		result->status = DMD_STATUS_MAPPING_ERROR;
	observe(iovad, op->arg, 0, result);
}

static void do_find(const struct dmd_op *op, struct dmd_result *result)
{
	struct iova_domain *iovad = begin(op, result);
	struct iova *iova;

	if (!iovad)
		return;
	iova = find_iova(iovad, op->arg);
	if (iova)
		result->value = iova->pfn_lo;
	else
		result->status = DMD_STATUS_MAPPING_ERROR;
	observe(iovad, op->arg, 0, result);
}

static void do_cpu_down(const struct dmd_op *op, struct dmd_result *result)
{
	if (op->arg >= NR_CPUS || !dmd_cpu_is_online(op->arg) ||
	    op->arg == dmd_cpu)
		return dmd_bad_op(result);
	dmd_cpu_take_down(op->arg);
	for (u32 i = 0; i < MAX_DOMAINS; i++)
		if (live[i])
			dmd_iova_cpu_gone(&domains[i], op->arg);
	dmd_iova_account(result);
}

static void do_cpu_up(const struct dmd_op *op, struct dmd_result *result)
{
	if (op->arg >= dmd_state->machine.cpus || dmd_cpu_is_online(op->arg))
		return dmd_bad_op(result);
	dmd_cpu_bring_up(op->arg);
	dmd_iova_account(result);
}

void dmd_iova_operation(const struct dmd_op *op, struct dmd_result *result)
{
	switch (op->kind) {
	case DMD_OP_IOVA_INIT:
		return do_init(op, result);
	case DMD_OP_IOVA_PUT:
		return do_put(op, result);
	case DMD_OP_IOVA_ALLOC:
	case DMD_OP_IOVA_ALLOC_FAST:
		return do_iova_alloc(op, result);
	case DMD_OP_IOVA_FREE:
	case DMD_OP_IOVA_FREE_FAST:
		return do_iova_free(op, result);
	case DMD_OP_IOVA_RESERVE:
		return do_reserve(op, result);
	case DMD_OP_IOVA_FIND:
		return do_find(op, result);
	case DMD_OP_CPU_DOWN:
		return do_cpu_down(op, result);
	default:
		return do_cpu_up(op, result);
	}
}

void dmd_iova_observe_all(struct dmd_result *result)
{
	for (u32 i = 0; i < MAX_DOMAINS; i++)
		if (live[i])
			dmd_iova_digest(&domains[i], result);
}

uint32_t dmd_read_iova_domain(uint32_t domain,
			      struct dmd_iova_domain_state *state)
{
	if (!domain_of(domain))
		return 0;
	dmd_iova_read(domain_of(domain), state);
	return 1;
}

uint32_t dmd_read_iova_nodes(uint32_t domain, uint64_t first,
			     struct dmd_iova_node_state *nodes,
			     uint32_t capacity)
{
	return domain_of(domain) ? dmd_iova_read_nodes(domain_of(domain), first,
						       nodes, capacity)
				 : 0;
}

uint32_t dmd_read_iova_magazines(uint32_t domain,
				 struct dmd_iova_magazine_state *magazines,
				 uint32_t capacity)
{
	return domain_of(domain) ? dmd_iova_read_magazines(domain_of(domain),
							   magazines, capacity)
				 : 0;
}
