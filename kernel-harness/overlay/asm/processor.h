/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

#include <asm/page.h>
#include <asm/ptrace.h>

#define TASK_SIZE (1UL << 47)
#define TASK_SIZE_MAX TASK_SIZE
#define TASK_UNMAPPED_BASE (TASK_SIZE / 3)
#define STACK_TOP TASK_SIZE
#define STACK_TOP_MAX TASK_SIZE

struct task_struct;

struct thread_struct {
	unsigned long sp;
};

#define INIT_THREAD                                                            \
	{                                                                      \
		0                                                              \
	}

#define KSTK_EIP(task) 0UL
#define KSTK_ESP(task) 0UL

static inline void cpu_relax(void)
{
	__asm__ __volatile__("" ::: "memory");
}

#endif
