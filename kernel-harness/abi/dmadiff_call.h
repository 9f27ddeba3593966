/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a kernel in a process of its own is called: through memory that both
 * sides share. A byte sent over a socket starts a call, a byte sent back ends
 * it. Part of dmadiff_abi.h.
 */
#ifndef DMADIFF_CALL_H
#define DMADIFF_CALL_H

/* What the other process is asked to do. */
enum dmd_call_kind {
	/* Copy the layout table to the output. value: its rows. */
	DMD_CALL_LAYOUT = 0,
	/* dmd_boot(). Input: the command line in DMD_SHARED_TEXT_BYTES, then
	 * the machine, pools, devices, buffers. Output: results. value: what
	 * it returned.
	 */
	DMD_CALL_BOOT = 1,
	/* dmd_run(). Input: count operations. Output: results. */
	DMD_CALL_RUN = 2,
	/* dmd_read_pool(index). Output: a struct dmd_pool_state. */
	DMD_CALL_READ_POOL = 3,
	/* dmd_read_areas(index), at most count. Output: areas. */
	DMD_CALL_READ_AREAS = 4,
	/* dmd_read_slots(index, first), at most count. Output: slots. */
	DMD_CALL_READ_SLOTS = 5,
	/* dmd_read_log(index), at most count bytes. Output: text. */
	DMD_CALL_READ_LOG = 6,
	/* dmd_read_crash(). Output: a struct dmd_crash. */
	DMD_CALL_READ_CRASH = 7,
	/* dmd_read_memory(first), at most count bytes. Output: bytes. */
	DMD_CALL_READ_MEMORY = 8,
	/* dmd_read_iova_domain(index). Output: its state. */
	DMD_CALL_READ_IOVA_DOMAIN = 9,
	/* dmd_read_iova_nodes(index, first), at most count. Output: nodes. */
	DMD_CALL_READ_IOVA_NODES = 10,
	/* dmd_read_iova_magazines(index), at most count. Output: magazines. */
	DMD_CALL_READ_IOVA_MAGAZINES = 11,
	/* dmd_read_covered_functions(first), at most count. Output: functions.
	 */
	DMD_CALL_READ_COVERED_FUNCTIONS = 12,
	/* dmd_read_counters(), at most count. Output: counters. */
	DMD_CALL_READ_COUNTERS = 13,
	/* dmd_read_leaks(), at most count. Output: leaks. */
	DMD_CALL_READ_LEAKS = 14,
	/* dmd_read_behind_caches(first), at most count bytes. Output: bytes. */
	DMD_CALL_READ_BEHIND_CACHES = 15,
	/* Input: count calls that were made before, each a struct
	 * dmd_repeated and what it had for input. They are made again, up to
	 * the first with another outcome. value: how many had the same.
	 */
	DMD_CALL_REPEAT = 16
};

/* The memory: a struct dmd_call, then reports, input and output. */
#define DMD_SHARED_REPORTS 0x1000ull
#define DMD_SHARED_INPUT 0x10000ull
#define DMD_SHARED_OUTPUT 0x2000000ull
#define DMD_SHARED_BYTES 0x4000000ull
/* Room for the command line of a boot. */
#define DMD_SHARED_TEXT_BYTES 0x1000ull

/* Status of a result whose step was not begun. */
#define DMD_NOT_BEGUN 0xffffffffu

/* Reports that are kept of a call; further ones are dropped. */
#define DMD_MAX_REPORTS 64u

/* What memory a report is about. */
enum dmd_object_kind {
	/* Nothing is known of it. */
	DMD_OBJECT_UNKNOWN = 0,
	/* From kmalloc() or its like. */
	DMD_OBJECT_SLAB = 1,
	/* From the page allocator. */
	DMD_OBJECT_PAGES = 2,
	/* From memblock. */
	DMD_OBJECT_MEMBLOCK = 3,
	/* A reserved pool, or a driver's buffer. */
	DMD_OBJECT_RESERVED = 4,
	/* Per-CPU memory, of one CPU. */
	DMD_OBJECT_PERCPU = 5
};

/* What a sanitizer says. Places are offsets in the library, for addr2line. */
struct dmd_report {
	uint32_t step;	       /* index in the batch, or of the boot */
	uint32_t object;       /* enum dmd_object_kind */
	uint64_t object_bytes; /* its size */
	int64_t position;      /* of the first byte accessed, from its start */
	uint64_t access_bytes; /* 0: no access to memory, see message */
	uint32_t is_write;     /* 1: a write, 0: a read */
	uint32_t is_freed;     /* 1: the object was freed */
	uint64_t allocated_at; /* place; 0 if unknown */
	uint64_t freed_at;     /* place; 0 if unknown */
	uint8_t frames[64];    /* eight places, innermost first; 0 after the
				  last */
	uint8_t message[192];  /* the sanitizer's own words */
};

/* A call and what came of it. The other process may write anything. */
struct dmd_call {
	uint32_t kind;	       /* enum dmd_call_kind */
	uint32_t index;	       /* pool, or first line of the log */
	uint64_t first;	       /* slot, or physical address */
	uint32_t count;	       /* of what the call is about */
	uint32_t pool_count;   /* of a boot */
	uint32_t device_count; /* of a boot */
	uint32_t buffer_count; /* of a boot */
	int64_t value;	       /* what the function returned */
	uint64_t died_at;      /* place; 0 if unknown */
	uint32_t died_of;      /* signal; 0: none */
	uint32_t system_call;  /* its number, when that is what it died of */
	uint32_t is_fatal;     /* 1: the last report ended the machine */
	uint32_t report_count; /* of this call */
	uint64_t outcome;      /* a digest of value and output */
};

/* A call after the boot, and what came of it; operations to run follow. */
struct dmd_repeated {
	uint32_t kind;	  /* enum dmd_call_kind */
	uint32_t index;	  /* as in struct dmd_call */
	uint64_t first;	  /* as in struct dmd_call */
	uint64_t count;	  /* as in struct dmd_call */
	uint64_t outcome; /* as in struct dmd_call */
};

#endif
