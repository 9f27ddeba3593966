/* SPDX-License-Identifier: GPL-2.0-only */
/* RCU, SPEC.md "CPUs and time": a grace period ends when the trace says so. */
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

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

static void queue_after_grace_period(struct rcu_head *head)
{
	struct rcu_work *work = container_of(head, struct rcu_work, rcu);

	/* It has been claimed: queue_work() is to find it free. */
	clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(&work->work));
	queue_work_on(WORK_CPU_UNBOUND, work->wq, &work->work);
}

bool queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *work)
{
	if (test_and_set_bit(WORK_STRUCT_PENDING_BIT,
			     work_data_bits(&work->work)))
		return false;
	work->wq = queue;
	call_rcu(&work->rcu, queue_after_grace_period);
	return true;
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
