/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_DEFERRED_H
#define DMD_DEFERRED_H

#include <linux/types.h>

/* Lets so many ticks pass, with all that is due in them. */
void dmd_pass_time(unsigned long ticks);

/* Runs what is queued, with what that queues in turn; returns how many. */
u64 dmd_run_work(void);

#endif
