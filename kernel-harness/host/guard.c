/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Crashes as results. A guarded run that faults jumps back to dmd_host_guard();
 * a fault anywhere else belongs to whoever handled it before (the .NET runtime
 * turns its own into exceptions) and is passed on.
 */
#define _GNU_SOURCE
#include "dmd_host.h"
#include "dmadiff_abi.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/* Free for us: the .NET runtime uses none of the timer signals. */
#define WATCHDOG_SIGNAL SIGVTALRM
#define WATCHDOG_PERIOD_MS 25
#define NS_PER_MS 1000000L
/* Words of stack looked at for the caller of a library routine. */
#define STACK_SCAN_WORDS 64
/* How far beyond its end a function may first touch a stack that is used up. */
#define STACK_REACH_BYTES 65536

struct guard {
	sigjmp_buf back;
	const volatile uint32_t *progress;
	uint32_t progress_seen;
	uint32_t idle_ms;
	uint32_t patience_ms;
	void *snapshot;
	struct dmd_host_death *death;
};

static __thread struct guard *current_guard;
static __thread timer_t watchdog;
static __thread int watchdog_made;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
#define CRASH_SIGNALS (sizeof(crash_signals) / sizeof(crash_signals[0]))
static struct sigaction previous_actions[CRASH_SIGNALS];
static pthread_once_t handlers_installed = PTHREAD_ONCE_INIT;

/*
 * A wild pointer often faults inside memcpy. The nearest return address that
 * lies in the kernel's library then names the function to blame.
 */
static uint64_t blamed_instruction(const struct guard *guard,
				   const ucontext_t *context)
{
	uint64_t ip = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
	const uint64_t *stack =
		(const uint64_t *)context->uc_mcontext.gregs[REG_RSP];

	if (dmd_host_offset(guard->snapshot, ip))
		return ip;
	for (int i = 0; i < STACK_SCAN_WORDS; i++)
		if (dmd_host_offset(guard->snapshot, stack[i]))
			return stack[i] - 1;
	return 0;
}

static void end_guarded_run(struct guard *guard)
{
	current_guard = NULL;
	siglongjmp(guard->back, 1);
}

static void pass_on(int index, int signal, siginfo_t *info, void *context)
{
	const struct sigaction *previous = &previous_actions[index];

	if (previous->sa_flags & SA_SIGINFO) {
		previous->sa_sigaction(signal, info, context);
	} else if (previous->sa_handler == SIG_DFL) {
		sigaction(signal, previous, NULL);
		raise(signal);
	} else if (previous->sa_handler != SIG_IGN) {
		previous->sa_handler(signal);
	}
}

static uint32_t is_near_stack(const siginfo_t *info, const ucontext_t *context)
{
	uint64_t pointer = (uint64_t)context->uc_mcontext.gregs[REG_RSP];

	return (uint64_t)info->si_addr - pointer + STACK_REACH_BYTES <
	       2 * STACK_REACH_BYTES;
}

static void on_crash(int signal, siginfo_t *info, void *context)
{
	struct guard *guard = current_guard;

	if (!guard) {
		for (size_t i = 0; i < CRASH_SIGNALS; i++)
			if (crash_signals[i] == signal)
				pass_on((int)i, signal, info, context);
		return;
	}
	guard->death->kind = DMD_CRASH_SIGNAL;
	guard->death->signal = (uint32_t)signal;
	guard->death->fault_address = (uint64_t)info->si_addr;
	/* A page fault tells the address; a general protection fault, 0. */
	guard->death->no_address =
		signal == SIGSEGV && info->si_code == SI_KERNEL;
	guard->death->near_stack = is_near_stack(info, context);
	guard->death->instruction = blamed_instruction(guard, context);
	end_guarded_run(guard);
}

static void on_watchdog(int signal, siginfo_t *info, void *context)
{
	struct guard *guard = current_guard;

	(void)signal;
	(void)info;
	if (!guard)
		return;
	if (*guard->progress != guard->progress_seen) {
		guard->progress_seen = *guard->progress;
		guard->idle_ms = 0;
		return;
	}
	guard->idle_ms += WATCHDOG_PERIOD_MS;
	if (guard->idle_ms < guard->patience_ms)
		return;
	guard->death->kind = DMD_CRASH_HANG;
	guard->death->instruction = blamed_instruction(guard, context);
	end_guarded_run(guard);
}

static void install_handlers(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK |
					       SA_NODEFER};

	action.sa_sigaction = on_crash;
	for (size_t i = 0; i < CRASH_SIGNALS; i++)
		sigaction(crash_signals[i], &action, &previous_actions[i]);
	action.sa_flags |= SA_RESTART;
	action.sa_sigaction = on_watchdog;
	sigaction(WATCHDOG_SIGNAL, &action, NULL);
}

static void set_watchdog(long period_ms)
{
	struct itimerspec spec = {
		.it_interval = {.tv_nsec = period_ms * NS_PER_MS},
		.it_value = {.tv_nsec = period_ms * NS_PER_MS},
	};

	if (!watchdog_made) {
		struct sigevent event = {
			.sigev_notify = SIGEV_THREAD_ID,
			.sigev_signo = WATCHDOG_SIGNAL,
		};

		event.sigev_notify_thread_id = (int)syscall(SYS_gettid);
		if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &watchdog))
			return;
		watchdog_made = 1;
	}
	timer_settime(watchdog, 0, &spec, NULL);
}

int dmd_host_guard(void (*body)(void *context), void *context,
		   const volatile uint32_t *progress, uint32_t patience_ms,
		   void *snapshot, struct dmd_host_death *death)
{
	struct guard guard = {
		.progress = progress,
		.patience_ms = patience_ms,
		.snapshot = snapshot,
		.death = death,
	};
	int crashed;

	pthread_once(&handlers_installed, install_handlers);
	memset(death, 0, sizeof(*death));
	set_watchdog(WATCHDOG_PERIOD_MS);
	crashed = sigsetjmp(guard.back, 1);
	if (!crashed) {
		current_guard = &guard;
		body(context);
		current_guard = NULL;
	}
	set_watchdog(0);
	return crashed;
}

void dmd_host_die(uint32_t kind, const char *message, const void *where,
		  const char *file, uint32_t line, const char *function)
{
	struct guard *guard = current_guard;

	if (!guard) {
		fprintf(stderr, "dmadiff: %s outside of a run\n", message);
		abort();
	}
	guard->death->kind = kind;
	guard->death->file = file;
	guard->death->line = line;
	guard->death->function = function;
	guard->death->instruction = (uint64_t)where;
	snprintf(guard->death->message, sizeof(guard->death->message), "%s",
		 message);
	end_guarded_run(guard);
	__builtin_unreachable();
}
