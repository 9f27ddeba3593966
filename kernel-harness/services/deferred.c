/* SPDX-License-Identifier: GPL-2.0-only */
/* Timers and work, SPEC.md "CPUs and time": they wait for the trace to let time
 * pass. */
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "services.h"
#include "deferred.h"

/* By due time; those that are due together, in the order they came. */
static struct hlist_head timers;
static LIST_HEAD(works);

/* Work goes to the same queue, whichever is named. */
void *dmd_system_wq __asm__("system_wq");
void *dmd_system_percpu_wq __asm__("system_percpu_wq");
void *dmd_system_unbound_wq __asm__("system_unbound_wq");
void *dmd_system_dfl_wq __asm__("system_dfl_wq");

/* So that there is something to name. */
static char queue_of_ones_own;

extern struct workqueue_struct *
dmd_alloc_workqueue(const char *name, unsigned int flags, int most,
		    ...) __asm__("alloc_workqueue");
struct workqueue_struct *dmd_alloc_workqueue(const char *name,
					     unsigned int flags, int most, ...)
{
	return (struct workqueue_struct *)&queue_of_ones_own;
}
extern typeof(dmd_alloc_workqueue)
	dmd_alloc_workqueue_noprof __asm__("alloc_workqueue_noprof")
		__attribute__((alias("alloc_workqueue")));

extern void dmd_destroy_workqueue(struct workqueue_struct *queue) __asm__(
	"destroy_workqueue");
void dmd_destroy_workqueue(struct workqueue_struct *queue)
{
	dmd_run_work();
}

static void start_timer(struct timer_list *timer, unsigned long expires)
{
	struct hlist_node **link = &timers.first;

	timer->expires = expires;
	for (; *link; link = &(*link)->next)
		if (time_after(hlist_entry(*link, struct timer_list, entry)
				       ->expires,
			       expires))
			break;
	timer->entry.next = *link;
	if (*link)
		(*link)->pprev = &timer->entry.next;
	timer->entry.pprev = link;
	*link = &timer->entry;
}

static int stop_timer(struct timer_list *timer)
{
	if (!timer_pending(timer))
		return 0;
	__hlist_del(&timer->entry);
	timer->entry.pprev = NULL;
	return 1;
}

/* The names of these have changed: see services/memory.c. */
typedef void dmd_timer_init(struct timer_list *timer,
			    void (*function)(struct timer_list *),
			    unsigned int flags, const char *name,
			    struct lock_class_key *key);

extern dmd_timer_init dmd_init_timer __asm__("init_timer_key");
void dmd_init_timer(struct timer_list *timer,
		    void (*function)(struct timer_list *), unsigned int flags,
		    const char *name, struct lock_class_key *key)
{
	timer->entry.pprev = NULL;
	timer->function = function;
	timer->flags = flags;
}
extern dmd_timer_init dmd_init_timer_new __asm__("timer_init_key")
	__attribute__((alias("init_timer_key")));

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	int was_pending = stop_timer(timer);

	if (!timer->function)
		dmd_misuse("mod_timer of a timer that was not set up");
	start_timer(timer, expires);
	return was_pending;
}

void add_timer(struct timer_list *timer)
{
	if (timer_pending(timer))
		dmd_misuse("add_timer of a timer that is pending");
	mod_timer(timer, timer->expires);
}

typedef int dmd_timer_stop(struct timer_list *timer);

extern dmd_timer_stop dmd_timer_delete __asm__("timer_delete");
int dmd_timer_delete(struct timer_list *timer)
{
	return stop_timer(timer);
}
extern dmd_timer_stop dmd_timer_delete_sync __asm__("timer_delete_sync")
	__attribute__((alias("timer_delete")));
extern dmd_timer_stop dmd_del_timer __asm__("del_timer")
	__attribute__((alias("timer_delete")));
extern dmd_timer_stop dmd_del_timer_sync __asm__("del_timer_sync")
	__attribute__((alias("timer_delete")));

static bool claim(struct work_struct *work)
{
	if (!work->func)
		dmd_misuse("work is queued that was not set up");
	return !__test_and_set_bit(WORK_STRUCT_PENDING_BIT,
				   work_data_bits(work));
}

static void enqueue(struct work_struct *work)
{
	list_add_tail(&work->entry, &works);
}

bool queue_work_on(int cpu, struct workqueue_struct *queue,
		   struct work_struct *work)
{
	if (!claim(work))
		return false;
	enqueue(work);
	return true;
}

void delayed_work_timer_fn(struct timer_list *timer)
{
	enqueue(&container_of(timer, struct delayed_work, timer)->work);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *queue,
			   struct delayed_work *work, unsigned long delay)
{
	if (!claim(&work->work))
		return false;
	if (delay)
		mod_timer(&work->timer, jiffies + delay);
	else
		enqueue(&work->work);
	return true;
}

bool cancel_work_sync(struct work_struct *work)
{
	if (!__test_and_clear_bit(WORK_STRUCT_PENDING_BIT,
				  work_data_bits(work)))
		return false;
	list_del_init(&work->entry);
	return true;
}

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	if (!stop_timer(&work->timer))
		return cancel_work_sync(&work->work);
	__clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(&work->work));
	return true;
}

u64 dmd_run_work(void)
{
	u64 count = 0;

	while (!list_empty(&works)) {
		struct work_struct *work =
			list_first_entry(&works, struct work_struct, entry);

		list_del_init(&work->entry);
		__clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work));
		work->func(work);
		count++;
	}
	return count;
}

void dmd_pass_time(unsigned long ticks)
{
	unsigned long end = jiffies + ticks;

	dmd_run_work();
	while (timers.first) {
		struct timer_list *timer =
			hlist_entry(timers.first, struct timer_list, entry);

		if (time_after(timer->expires, end))
			break;
		if (time_after(timer->expires, jiffies))
			jiffies = timer->expires;
		stop_timer(timer);
		timer->function(timer);
		dmd_run_work();
	}
	jiffies = end;
}
