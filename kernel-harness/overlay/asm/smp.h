/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_SMP_H
#define _ASM_SMP_H

/* The virtual CPU that the trace put us on. */
extern unsigned int dmd_cpu;
#define raw_smp_processor_id() dmd_cpu

struct cpumask;
extern void arch_send_call_function_single_ipi(int cpu);
extern void arch_send_call_function_ipi_mask(const struct cpumask *mask);

#endif
