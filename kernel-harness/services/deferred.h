/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_DEFERRED_H
#define DMD_DEFERRED_H

#include <linux/types.h>

/* Lets so many ticks pass, with all that is due in them. */
void dmd_pass_time(unsigned long ticks);

#endif
