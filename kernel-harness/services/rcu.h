/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_RCU_H
#define DMD_RCU_H

#include <linux/types.h>

/* Calls what was given to call_rcu() so far, in that order; returns how many.
 */
u64 dmd_end_grace_period(void);

#endif
