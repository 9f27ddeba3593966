/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_PERCPU_H
#define DMD_PERCPU_H

/* Number of CPUs of the machine. */
extern unsigned int nr_cpu_ids;

#endif
