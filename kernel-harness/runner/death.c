/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deaths that the guard in the host library does not turn into results, as
 * they happen outside of a guarded run, or to the guard itself.
 */
#define _GNU_SOURCE
#include "runner.h"

#include <signal.h>
#include <stddef.h>
#include <ucontext.h>
#include <unistd.h>

#define STACK_BYTES (64 << 10)
/* Words of stack looked at for a caller in the kernel's library. */
#define STACK_SCAN_WORDS 64
#define EXIT_SIGNAL 128

static char stack[STACK_BYTES];

static void on_death(int signal, siginfo_t *info, void *data)
{
	const ucontext_t *context = data;
	const uint64_t *words =
		(const uint64_t *)context->uc_mcontext.gregs[REG_RSP];

	runner_call->died_of = (uint32_t)signal;
	if (signal == SIGSYS)
		runner_call->system_call = (uint32_t)info->si_syscall;
	runner_call->died_at =
		runner_place((uint64_t)context->uc_mcontext.gregs[REG_RIP]);
	/* A fault in here, of a stack that is gone, is the end as well. */
	for (int i = 0; !runner_call->died_at && i < STACK_SCAN_WORDS; i++)
		runner_call->died_at = runner_place(words[i] - 1);
	_exit(EXIT_SIGNAL + signal);
}

void runner_watch_death(void)
{
	static const int deaths[] = {SIGABRT, SIGSYS, SIGSEGV, SIGBUS,
				     SIGFPE,  SIGILL, SIGTRAP};
	const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK |
					       SA_RESETHAND};

	sigaltstack(&alternative, NULL);
	action.sa_sigaction = on_death;
	for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
		sigaction(deaths[i], &action, NULL);
}
