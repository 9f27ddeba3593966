/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the services share, in plain types: files that define kernel functions
 * whose prototypes drift between revisions (printk.c, slab.c, lib.c) see no
 * kernel header and are compiled once.
 */
#ifndef DMD_SERVICES_H
#define DMD_SERVICES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdarg.h>
#include <stdint.h>
#endif

/*
 * Copies what a device or a reader reaches for, which may be memory that the
 * kernel must not touch: unseen by a sanitizer.
 */
static inline void dmd_copy_raw(void *to, const void *from, uint64_t bytes)
{
#ifdef DMD_SANITIZE
	__asm__ volatile("rep movsb"
			 : "+D"(to), "+S"(from), "+c"(bytes)
			 :
			 : "memory");
#else
	__builtin_memcpy(to, from, bytes);
#endif
}

/* Ends the machine because the kernel misused a service. */
void dmd_misuse(const char *what) __attribute__((noreturn));

/* Ends the machine because a function is called that the harness lacks. */
void dmd_missing_service(const char *name) __attribute__((noreturn));

/*
 * What the guard watches: moved on by every step, and by our own work within
 * one. Standing still means an endless loop in the code under test.
 */
extern volatile uint32_t dmd_beats;

/* The log, SPEC.md "Log". */
#define DMD_LOG_BYTES (8ull << 20)
/* Starts an empty log in DMD_LOG_BYTES of memory. */
void dmd_log_reset(void *memory);
uint32_t dmd_log_lines(void);
/* Digest of the lines from first on; 0 when there are none. */
uint64_t dmd_log_digest(uint32_t first);
uint32_t dmd_log_read(uint32_t first, uint8_t *text, uint32_t capacity);
/* One line: lead, then the formatted message. */
void dmd_log(const char *lead, const char *format, ...);

/* True when the allocation asked for now is the one that has to fail. */
int dmd_allocation_fails(void);
void dmd_fail_allocation(uint64_t nth);

#define DMD_SLAB_BYTES (256ull << 20)
/* Starts without objects, in DMD_SLAB_BYTES of zeroed memory. */
void dmd_slab_reset(void *memory);

/* Zeroed memory of the slab, never given back, or NULL. */
void *dmd_slab_take(uint64_t bytes);
/* True when the address is inside of memory that the slab has handed out. */
int dmd_slab_holds(const void *address);
/* What kmalloc() does. */
void *dmd_slab_allocate(uint64_t bytes, uint32_t gfp, uint64_t caller);
/* kmalloc() of kernels that name a cache instead of a size. */
int dmd_is_kmalloc_cache(const void *cache);
void *dmd_kmalloc_from(const void *cache, uint32_t gfp, uint64_t caller);

/* CPUs 0 to count - 1 exist. */
void dmd_set_cpus(unsigned int count);

/* The device that a walk over its bus finds; NULL: none is there. */
struct device;
void dmd_bus_show(struct device *dev);

/* is_kdump_kernel(): 1 if a kernel that had crashed started this one. */
int dmd_is_kdump(void);

#endif
