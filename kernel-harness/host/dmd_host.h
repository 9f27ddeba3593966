/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the simulated machines need of the host: sparse memory, a way to undo
 * every change a run made, and a guard that turns a crash into a result. One
 * copy serves all kernels loaded in a process, because signal handlers are a
 * property of the process.
 */
#ifndef DMD_HOST_H
#define DMD_HOST_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stddef.h>
#include <stdint.h>
#endif

#define DMD_HOST_API __attribute__((visibility("default")))

/* How a guarded run ended. Filled by the guard, read by the interpreter. */
struct dmd_host_death {
	uint32_t kind; /* enum dmd_crash_kind; 0 while alive */
	uint32_t signal;
	uint64_t fault_address;
	uint64_t instruction; /* address in the host process; 0 if unknown */
	const char *file;
	const char *function;
	uint32_t line;
	uint32_t near_stack; /* 1: the fault was at the end of the stack */
	uint32_t no_address; /* 1: the processor told none */
	char message[192];
};

/* Sparse zeroed memory, or NULL. */
DMD_HOST_API void *dmd_host_map(uint64_t bytes);
DMD_HOST_API void dmd_host_unmap(void *base, uint64_t bytes);

/* Makes it read as zeros again, lifts protection and gives the pages back. */
DMD_HOST_API void dmd_host_zap(void *base, uint64_t bytes);

/* The host's memset(). */
DMD_HOST_API void dmd_host_set(void *start, int value, uint64_t bytes);

/*
 * Zeroes part of what was mapped by giving whole pages back: only those that
 * are touched again cost anything.
 */
DMD_HOST_API void dmd_host_clear(void *start, uint64_t bytes);

/* Any access to these whole pages is a SIGSEGV from now on. */
DMD_HOST_API void dmd_host_protect(void *base, uint64_t bytes);

/* Lifts that. */
DMD_HOST_API void dmd_host_unprotect(void *base, uint64_t bytes);

/* Addresses that nothing may touch, or NULL; given back by dmd_host_unmap(). */
DMD_HOST_API void *dmd_host_reserve(uint64_t bytes);

/* Whole pages of what was mapped can have views from now on; their content
 * stays. Returns 0 when the host refuses. */
DMD_HOST_API int dmd_host_share(void *base, uint64_t bytes);

/* Makes reserved pages a view of pages that one call has shared. */
DMD_HOST_API int dmd_host_view(void *view, void *base, uint64_t bytes);

/* What was shared is as before, with its content. */
DMD_HOST_API void dmd_host_unshare(void *base, uint64_t bytes);

/* The pages become reserved addresses again. */
DMD_HOST_API void dmd_host_hide(void *view, uint64_t bytes);

/* All of what was mapped reads as zeros, shared pages of it too. */
DMD_HOST_API void dmd_host_renew(void *base, uint64_t bytes);

/*
 * Remembers the writable data of the library that holds address; every later
 * call of dmd_host_restore() with the handle brings it back.
 */
DMD_HOST_API void *dmd_host_snapshot(const void *address);
DMD_HOST_API void dmd_host_restore(void *snapshot);
DMD_HOST_API void dmd_host_forget(void *snapshot);

/* A part of that data by its number from 0 on, and its size; NULL after the
 * last. */
DMD_HOST_API void *dmd_host_segment(void *snapshot, uint32_t number,
				    uint64_t *bytes);

/* Offset in the library of snapshot, or 0 when address is not inside. */
DMD_HOST_API uint64_t dmd_host_offset(void *snapshot, uint64_t address);

/*
 * Runs body(context). When it crashes, loops for ever or calls dmd_host_die(),
 * returns 1 with death filled in, else 0. progress is a counter that body moves
 * on all the time: one that stands still for patience_ms of CPU time (give or
 * take 25 ms) is an endless loop.
 */
DMD_HOST_API int dmd_host_guard(void (*body)(void *context), void *context,
				const volatile uint32_t *progress,
				uint32_t patience_ms, void *snapshot,
				struct dmd_host_death *death);

/*
 * Ends the guarded run. where is the instruction to blame, or NULL; file, line
 * and function are known for BUG. Outside of a run it aborts the process.
 */
DMD_HOST_API void dmd_host_die(uint32_t kind, const char *message,
			       const void *where, const char *file,
			       uint32_t line, const char *function)
	__attribute__((noreturn));

#endif
