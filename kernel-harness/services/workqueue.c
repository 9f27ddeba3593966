/* SPDX-License-Identifier: GPL-2.0-only */
/* One queue for all workqueues, which runs when it is told to: SPEC.md "Work".
 */
#include <linux/list.h>
#include <linux/workqueue.h>

#include "services.h"

static LIST_HEAD(queue);

/* Names through the years; nothing here looks at which one is meant. */
struct workqueue_struct *system_wq;
struct workqueue_struct *system_percpu_wq;

bool queue_work_on(int cpu, struct workqueue_struct *workqueue,
		   struct work_struct *work)
{
	if (test_and_set_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work)))
		return false;
	list_add_tail(&work->entry, &queue);
	return true;
}

void dmd_run_work(void)
{
	while (!list_empty(&queue)) {
		struct work_struct *work =
			list_first_entry(&queue, struct work_struct, entry);

		list_del_init(&work->entry);
		clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work));
		work->func(work);
	}
}
