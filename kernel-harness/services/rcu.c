/* SPDX-License-Identifier: GPL-2.0-only */
/* RCU, SPEC.md "CPUs and time": a grace period ends when the trace says so. */
#include <linux/rcupdate.h>

#include "rcu.h"

static struct rcu_head *first;
static struct rcu_head **last = &first;

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	head->func = func;
	head->next = NULL;
	*last = head;
	last = &head->next;
}

u64 dmd_end_grace_period(void)
{
	struct rcu_head *head = first;
	u64 called = 0;

	/* What is registered from now on waits for the next one. */
	first = NULL;
	last = &first;
	while (head) {
		struct rcu_head *next = head->next;

		head->func(head);
		head = next;
		called++;
	}
	return called;
}
