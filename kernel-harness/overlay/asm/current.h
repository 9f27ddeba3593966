/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H

struct task_struct;

/* One kernel thread runs everything; it moves between virtual CPUs. */
extern struct task_struct dmd_current;
#define current (&dmd_current)
#define get_current() current

#endif
