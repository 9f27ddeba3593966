/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls of the kernel library, with operands from shared memory. */
#include "runner.h"

#include <dlfcn.h>
#include <string.h>

static __typeof__(&dmd_boot) boot;
static __typeof__(&dmd_run) run;
static __typeof__(&dmd_read_pool) read_pool;
static __typeof__(&dmd_read_areas) read_areas;
static __typeof__(&dmd_read_slots) read_slots;
static __typeof__(&dmd_read_iova_domain) read_iova_domain;
static __typeof__(&dmd_read_iova_nodes) read_iova_nodes;
static __typeof__(&dmd_read_iova_magazines) read_iova_magazines;
static __typeof__(&dmd_read_log) read_log;
static __typeof__(&dmd_read_crash) read_crash;
static __typeof__(&dmd_read_memory) read_memory;
static __typeof__(&dmd_read_behind_caches) read_behind_caches;
static __typeof__(&dmd_read_covered_functions) read_covered_functions;
static __typeof__(&dmd_read_counters) read_counters;
static __typeof__(&dmd_read_leaks) read_leaks;
static __typeof__(&dmd_abi_layout) abi_layout;

const char *runner_find_calls(void *handle)
{
	const struct {
		const char *name;
		void *function;
	} names[] = {
		{"dmd_boot", &boot},
		{"dmd_run", &run},
		{"dmd_read_pool", &read_pool},
		{"dmd_read_areas", &read_areas},
		{"dmd_read_slots", &read_slots},
		{"dmd_read_iova_domain", &read_iova_domain},
		{"dmd_read_iova_nodes", &read_iova_nodes},
		{"dmd_read_iova_magazines", &read_iova_magazines},
		{"dmd_read_log", &read_log},
		{"dmd_read_crash", &read_crash},
		{"dmd_read_memory", &read_memory},
		{"dmd_read_behind_caches", &read_behind_caches},
		{"dmd_read_covered_functions", &read_covered_functions},
		{"dmd_read_counters", &read_counters},
		{"dmd_read_leaks", &read_leaks},
		{"dmd_abi_layout", &abi_layout},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		void *address = dlsym(handle, names[i].name);

		if (!address)
			return names[i].name;
		memcpy(names[i].function, &address, sizeof(address));
	}
	return NULL;
}

/* Steps of the call that runs, and the last one known to have begun. */
static uint32_t steps, step;

static struct dmd_result *begin_steps(uint32_t count)
{
	struct dmd_result *results = runner_shared(DMD_SHARED_OUTPUT);

	for (uint32_t i = 0; i < count; i++)
		results[i].status = DMD_NOT_BEGUN;
	steps = count;
	step = 0;
	return results;
}

uint32_t runner_current_step(void)
{
	const struct dmd_result *results = runner_shared(DMD_SHARED_OUTPUT);

	while (step + 1 < steps && results[step + 1].status != DMD_NOT_BEGUN)
		step++;
	return step;
}

static int64_t serve_boot(const struct dmd_call *call, const char *text)
{
	const struct dmd_machine *machine =
		(const void *)(text + DMD_SHARED_TEXT_BYTES);
	const struct dmd_pool *pools = (const void *)(machine + 1);
	const struct dmd_device *devices =
		(const void *)(pools + call->pool_count);
	const struct dmd_buffer *buffers =
		(const void *)(devices + call->device_count);

	return boot(machine, text, pools, call->pool_count, devices,
		    call->device_count, buffers, call->buffer_count,
		    begin_steps(2 + call->pool_count + call->device_count +
				call->buffer_count));
}

static int64_t serve_layout(void)
{
	uint32_t rows;
	const struct dmd_layout *layout = abi_layout(&rows);

	memcpy(runner_shared(DMD_SHARED_OUTPUT), layout,
	       rows * sizeof(*layout));
	return rows;
}

static int64_t serve_run(const struct dmd_call *call, const void *ops)
{
	run(ops, call->count, begin_steps(call->count));
	return 0;
}

void runner_serve(struct dmd_call *call, const void *input)
{
	void *output = runner_shared(DMD_SHARED_OUTPUT);

	switch (call->kind) {
	case DMD_CALL_LAYOUT:
		call->value = serve_layout();
		break;
	case DMD_CALL_BOOT:
		call->value = serve_boot(call, input);
		break;
	case DMD_CALL_RUN:
		call->value = serve_run(call, input);
		break;
	case DMD_CALL_READ_POOL:
		call->value = read_pool(call->index, output);
		break;
	case DMD_CALL_READ_AREAS:
		call->value = read_areas(call->index, output, call->count);
		break;
	case DMD_CALL_READ_SLOTS:
		call->value = read_slots(call->index, call->first, output,
					 call->count);
		break;
	case DMD_CALL_READ_IOVA_DOMAIN:
		call->value = read_iova_domain(call->index, output);
		break;
	case DMD_CALL_READ_IOVA_NODES:
		call->value = read_iova_nodes(call->index, call->first, output,
					      call->count);
		break;
	case DMD_CALL_READ_IOVA_MAGAZINES:
		call->value =
			read_iova_magazines(call->index, output, call->count);
		break;
	case DMD_CALL_READ_LOG:
		call->value = read_log(call->index, output, call->count);
		break;
	case DMD_CALL_READ_CRASH:
		call->value = read_crash(output);
		break;
	case DMD_CALL_READ_MEMORY:
		call->value = read_memory(call->first, output, call->count);
		break;
	case DMD_CALL_READ_BEHIND_CACHES:
		call->value =
			read_behind_caches(call->first, output, call->count);
		break;
	case DMD_CALL_READ_COVERED_FUNCTIONS:
		call->value = read_covered_functions((uint32_t)call->first,
						     output, call->count);
		break;
	case DMD_CALL_READ_COUNTERS:
		call->value = read_counters(output, call->count);
		break;
	case DMD_CALL_READ_LEAKS:
		call->value = read_leaks(output, call->count);
		break;
	case DMD_CALL_REPEAT:
		call->value = runner_repeat(call->count, input);
		break;
	default:
		call->value = 0;
	}
	call->outcome = runner_outcome(call, output);
}
