/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_CPUHP_H
#define DMD_CPUHP_H

/* True when the CPU is there and online. */
int dmd_cpu_is_online(unsigned int cpu);

/* Takes an online CPU away and tells who asked to be told, the last one first.
 */
void dmd_cpu_take_down(unsigned int cpu);

/* Brings it back. */
void dmd_cpu_bring_up(unsigned int cpu);

#endif
