/* SPDX-License-Identifier: GPL-2.0-only */
/* The entry points of dmadiff_abi.h: guard, log and death around the rest. */
#include <linux/device.h>
#include <linux/memblock.h>
#include <linux/mm.h>

#include "arena.h"
#include "coherence.h"
#include "encryption.h"
#include "highmem.h"
#include "machine.h"
#include "nodes.h"
#include "region_map.h"
#include "services.h"
#include "swiotlb_view.h"
#include "vmap.h"
#include "../mock_iommu/mock_iommu.h"

/* CPU time after which a step is taken for an endless loop. The kernel's part
 * of an operation is microseconds of work, ten milliseconds when it searches a
 * pool of gigabytes; a boot may clear gigabytes. */
#define OPERATION_PATIENCE_MS 100
#define BOOT_PATIENCE_MS 20000

static struct dmd_host_death death;
static volatile u32 current_step;

static void power_on(const struct dmd_machine *machine)
{
	u64 low_end;

	dmd_state = dmd_arena.state;
	dmd_page_offset = (unsigned long)dmd_arena.ram;
	mem_map = dmd_arena.page_map;
	max_pfn = max_mapnr = machine->memory_bytes >> PAGE_SHIFT;
	low_end = machine->highmem_from ? machine->highmem_from
					: machine->memory_bytes;
	high_memory = (char *)dmd_arena.ram + low_end;
	atomic_long_set(&_totalram_pages, max_mapnr);
	dmd_set_cpus(machine->cpus);
	dmd_regions_reset(machine->memory_bytes, low_end);
	dmd_nodes_reset(machine->nodes, machine->cpus, machine->memory_bytes);
	dmd_highmem_reset(low_end, machine->memory_bytes);
	dmd_encryption_reset(dmd_arena.page_states, max_pfn);
	dmd_caches_reset(dmd_arena.behind_caches);
	dmd_log_reset(dmd_arena.log);
	dmd_slab_reset(dmd_arena.slab);
	dmd_vmap_reset(dmd_arena.views);
	dmd_iommu_hardware_reset(dmd_arena.iommu);
	dmd_state->machine = *machine;
}

static void begin_result(struct dmd_result *result, u32 status)
{
	*result = (struct dmd_result){.status = status, .area = DMD_NONE};
}

static void end_result(struct dmd_result *result, u32 first_line)
{
	result->log_lines = dmd_log_lines();
	result->log_digest = dmd_log_digest(first_line);
}

/* What runs under the guard: count steps. */
struct batch {
	u32 count;
	struct dmd_result *results;
	void (*step)(const struct batch *batch, u32 index);
	const void *input;
	u32 first_line;
	u32 patience_ms;
};

static void run_steps(void *context)
{
	struct batch *batch = context;

	for (u32 i = 0; i < batch->count; i++) {
		current_step = i;
		dmd_beats++;
		begin_result(&batch->results[i], DMD_STATUS_OK);
		batch->first_line = dmd_log_lines();
		batch->step(batch, i);
		end_result(&batch->results[i], batch->first_line);
	}
}

static void run_batch(struct batch *batch)
{
	u32 next = 0;

	if (!death.kind &&
	    dmd_host_guard(run_steps, batch, &dmd_beats, batch->patience_ms,
			   dmd_arena.snapshot, &death)) {
		next = current_step;
		begin_result(&batch->results[next], DMD_STATUS_CRASH);
		end_result(&batch->results[next], batch->first_line);
		next++;
	} else if (!death.kind) {
		return;
	}
	for (; next < batch->count; next++) {
		begin_result(&batch->results[next], DMD_STATUS_DEAD);
		batch->results[next].log_lines = dmd_log_lines();
	}
}

struct boot_input {
	const char *cmdline;
	const struct dmd_pool *pools;
	u32 pool_count;
	const struct dmd_device *devices;
	u32 device_count;
	const struct dmd_buffer *buffers;
};

static void boot_step(const struct batch *batch, u32 i)
{
	const struct boot_input *input = batch->input;
	struct dmd_result *result = &batch->results[i];

	if (i == 0)
		return dmd_boot_cmdline(input->cmdline);
	i -= 1;
	if (i < input->pool_count)
		return dmd_boot_pool(i + 1, &input->pools[i], result);
	i -= input->pool_count;
	if (i == 0)
		return dmd_boot_machine(result);
	i -= 1;
	if (i < input->device_count)
		return dmd_boot_device(i, &input->devices[i], result);
	i -= input->device_count;
	dmd_boot_buffer(i, &input->buffers[i], result);
}

int32_t dmd_boot(const struct dmd_machine *machine, const char *cmdline,
		 const struct dmd_pool *pools, uint32_t pool_count,
		 const struct dmd_device *devices, uint32_t device_count,
		 const struct dmd_buffer *buffers, uint32_t buffer_count,
		 struct dmd_result *results)
{
	struct boot_input input = {
		.cmdline = cmdline,
		.pools = pools,
		.pool_count = pool_count,
		.devices = devices,
		.device_count = device_count,
		.buffers = buffers,
	};
	struct batch batch = {
		.count = 2 + pool_count + device_count + buffer_count,
		.results = results,
		.step = boot_step,
		.patience_ms = BOOT_PATIENCE_MS,
		.input = &input,
	};
	int error;

	if (device_count > DMD_MAX_DEVICES || buffer_count > DMD_MAX_BUFFERS ||
	    pool_count >= DMD_MAX_POOLS || !machine->cpus ||
	    machine->cpus > NR_CPUS || machine->memory_bytes < (1ull << 21) ||
	    machine->memory_bytes % PAGE_SIZE || machine->nodes > 4)
		return -EINVAL;
	error = dmd_arena_power_off(machine->memory_bytes);
	if (error)
		return error;
	power_on(machine);
	dmd_state->device_count = device_count;
	dmd_state->buffer_count = buffer_count;
	dmd_state->pool_count = pool_count + 1;
	for (u32 i = 0; i < device_count; i++) {
		dmd_state->has_iommu |= devices[i].iommu != DMD_IOMMU_NONE;
		dmd_state->is_lazy |= devices[i].iommu == DMD_IOMMU_LAZY;
	}
	run_batch(&batch);
	return 0;
}

static void operation_step(const struct batch *batch, u32 i)
{
	const struct dmd_op *ops = batch->input;

	dmd_operation(&ops[i], &batch->results[i]);
}

void dmd_run(const struct dmd_op *ops, uint32_t count,
	     struct dmd_result *results)
{
	struct batch batch = {
		.count = count,
		.results = results,
		.step = operation_step,
		.patience_ms = OPERATION_PATIENCE_MS,
		.input = ops,
	};

	if (count)
		run_batch(&batch);
}

uint32_t dmd_read_pool(uint32_t pool, struct dmd_pool_state *state)
{
	return dmd_swiotlb_read_pool(pool, state);
}

uint32_t dmd_read_areas(uint32_t pool, struct dmd_area_state *areas,
			uint32_t capacity)
{
	return dmd_swiotlb_read_areas(pool, areas, capacity);
}

uint32_t dmd_read_slots(uint32_t pool, uint64_t first,
			struct dmd_slot_state *slots, uint32_t capacity)
{
	return dmd_swiotlb_read_slots(pool, first, slots, capacity);
}

uint32_t dmd_read_log(uint32_t first_line, uint8_t *text, uint32_t capacity)
{
	return dmd_log_read(first_line, text, capacity);
}

static void copy_text(uint8_t *to, size_t bytes, const char *from)
{
	size_t length = from ? strnlen(from, bytes - 1) : 0;

	memcpy(to, from, length);
	to[length] = '\0';
}

uint32_t dmd_read_crash(struct dmd_crash *crash)
{
	if (!death.kind)
		return 0;
	*crash = (struct dmd_crash){
		.kind = death.kind,
		.signal = death.signal,
		.library_offset =
			dmd_host_offset(dmd_arena.snapshot, death.instruction),
		.op = current_step,
		.line = death.line,
	};
	if (death.kind == DMD_CRASH_SIGNAL) {
		crash->fault_address = death.fault_address;
		crash->fault = dmd_arena_explain(&crash->fault_address);
		if (death.no_address)
			crash->fault = DMD_FAULT_UNKNOWN;
		else if (crash->fault == DMD_FAULT_WILD && death.near_stack)
			crash->fault = DMD_FAULT_STACK;
	}
	copy_text(crash->function, sizeof(crash->function), death.function);
	copy_text(crash->file, sizeof(crash->file), death.file);
	copy_text(crash->message, sizeof(crash->message), death.message);
	return 1;
}

void dmd_shutdown(void)
{
	dmd_arena_release();
	dmd_state = NULL;
}

static uint32_t clip(uint64_t address, uint32_t capacity)
{
	if (address >= dmd_arena.ram_bytes)
		return 0;
	return (uint32_t)min_t(u64, capacity, dmd_arena.ram_bytes - address);
}

uint32_t dmd_read_memory(uint64_t address, uint8_t *bytes, uint32_t capacity)
{
	uint32_t count = clip(address, capacity);

	dmd_highmem_open(address, count);
	dmd_copy_raw(bytes, (char *)dmd_arena.ram + address, count);
	dmd_highmem_close(address, count);
	return count;
}

uint32_t dmd_read_behind_caches(uint64_t address, uint8_t *bytes,
				uint32_t capacity)
{
	uint32_t count = clip(address, capacity);

	if (!dmd_arena.behind_caches)
		return dmd_read_memory(address, bytes, capacity);
	memcpy(bytes, (char *)dmd_arena.behind_caches + address, count);
	return count;
}
