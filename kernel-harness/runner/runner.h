/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process that holds one kernel and does what it is asked through shared
 * memory (abi/dmadiff_call.h). Whatever the kernel's code does to it, the one
 * who asks lives on.
 */
#ifndef DMD_RUNNER_H
#define DMD_RUNNER_H

#include "dmadiff_abi.h"

/* Descriptors that the process is started with. */
#define SHARED_FD 3
#define SOCKET_FD 4

/* Exit status after a report that ends the machine. */
#define EXIT_REPORT 99

/* The library with the kernel. */
struct library {
	void *handle;
	uint64_t base;
	uint64_t end;
};

extern struct library runner_library;
extern struct dmd_call *runner_call;

/* What lies at an offset of the shared memory. */
void *runner_shared(uint64_t offset);

/* Offset in the kernel's library, or 0 when address is outside. */
uint64_t runner_place(uint64_t address);

/* Looks up the kernel's functions; returns the first missing name, or NULL. */
const char *runner_find_calls(void *handle);

/* Does what a call says. */
void runner_serve(struct dmd_call *call, const void *input);

/* Makes calls again, up to the first with another outcome; returns how many had
 * the same. */
int64_t runner_repeat(uint32_t count, const char *input);

/* A digest of what a call returned and of what it wrote. */
uint64_t runner_outcome(const struct dmd_call *call, const void *output);

/* The boot step or operation that is running. */
uint32_t runner_current_step(void);

/* Notes in runner_call what the process dies of. */
void runner_watch_death(void);

/* Few resources, and death with the parent. */
void runner_limit(void);

/* System calls that loading a library takes, and no others; a forbidden one
 * ends the process. */
void runner_confine_loading(void);

/* Of those, what a machine takes. */
void runner_confine_running(void);

#endif
