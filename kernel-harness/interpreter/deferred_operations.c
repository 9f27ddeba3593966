/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the trace goes on, and what was put off, SPEC.md "CPUs and time". */
#include "cpuhp.h"
#include "deferred.h"
#include "machine.h"
#include "operations.h"
#include "rcu.h"
#include "swiotlb_view.h"

bool dmd_deferred_operation(struct dmd_context *c)
{
	const struct dmd_op *op = c->op;

	switch (op->kind) {
	case DMD_OP_CPU:
		if (op->arg >= NR_CPUS || !dmd_cpu_is_online(op->arg))
			dmd_bad(c);
		else
			dmd_cpu = (unsigned int)op->arg;
		return true;
	case DMD_OP_TIME:
		dmd_pass_time(op->arg);
		return true;
	case DMD_OP_WORK:
		c->result->value = dmd_run_work();
		break;
	case DMD_OP_RCU:
		c->result->value = dmd_end_grace_period();
		break;
	default:
		return false;
	}
	dmd_swiotlb_account(dmd_swiotlb_default(), c->result);
	return true;
}
