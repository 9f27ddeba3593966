/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What gcc's -fprofile-arcs asks of a runtime: constructors of units hand in
 * their counters here. They are data of this library, so that every boot sets
 * them back to 0.
 */
#include "services.h"

#include "dmadiff_abi.h"

#include <stddef.h>
#include <stdint.h>

#define MAX_UNITS 256

/* Kinds of counters that the compiler knows; only the first is in use here. */
#if __GNUC__ >= 15
#define COUNTER_KINDS 10
#elif __GNUC__ >= 14
#define COUNTER_KINDS 9
#else
#define COUNTER_KINDS 8
#endif

struct gcov_ctr_info {
	unsigned int num;
	int64_t *values;
};

struct gcov_info;

struct gcov_fn_info {
	const struct gcov_info *key;
	unsigned int ident;
	unsigned int lineno_checksum;
	unsigned int cfg_checksum;
	struct gcov_ctr_info counters;
};

/* As gcc 12 and later lay it out. */
struct gcov_info {
	unsigned int version;
	struct gcov_info *next;
	unsigned int stamp;
	unsigned int checksum;
	const char *filename;
	void (*merge[COUNTER_KINDS])(int64_t *counters, unsigned int count);
	unsigned int n_functions;
	const struct gcov_fn_info *const *functions;
};

static const struct gcov_info *units[MAX_UNITS];
static uint32_t unit_count;

void __gcov_init(struct gcov_info *info);
void __gcov_exit(void);
void __gcov_merge_add(int64_t *counters, unsigned int count);

void __gcov_init(struct gcov_info *info)
{
	if (unit_count < MAX_UNITS)
		units[unit_count++] = info;
}

void __gcov_exit(void)
{
}

void __gcov_merge_add(int64_t *counters, unsigned int count)
{
	(void)counters;
	(void)count;
}

/* A position among all functions. */
struct cursor {
	uint32_t unit;
	uint32_t function;
};

static const struct gcov_fn_info *next_function(struct cursor *cursor)
{
	for (; cursor->unit < unit_count; cursor->unit++) {
		const struct gcov_info *info = units[cursor->unit];

		while (cursor->function < info->n_functions) {
			const struct gcov_fn_info *function =
				info->functions[cursor->function++];

			/* Another unit's copy may have been linked. */
			if (function && function->key == info)
				return function;
		}
		cursor->function = 0;
	}
	return NULL;
}

uint32_t dmd_read_covered_functions(uint32_t first,
				    struct dmd_covered_function *functions,
				    uint32_t capacity)
{
	const struct gcov_fn_info *function;
	struct cursor cursor = {0};
	uint32_t index = 0;
	uint32_t written = 0;

	while (written < capacity && (function = next_function(&cursor))) {
		if (index++ < first)
			continue;
		functions[written++] = (struct dmd_covered_function){
			.ident = function->ident,
			.lineno_checksum = function->lineno_checksum,
			.cfg_checksum = function->cfg_checksum,
			.counters = function->counters.num,
		};
	}
	return written;
}

uint32_t dmd_read_counters(uint64_t *counters, uint32_t capacity)
{
	const struct gcov_fn_info *function;
	struct cursor cursor = {0};
	uint32_t written = 0;

	while ((function = next_function(&cursor)))
		for (unsigned int i = 0;
		     i < function->counters.num && written < capacity; i++)
			counters[written++] =
				(uint64_t)function->counters.values[i];
	return written;
}
