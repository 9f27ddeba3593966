/* SPDX-License-Identifier: GPL-2.0-only */
/* The map of frames, SPEC.md "Xen": a rule, and exceptions to it. */
#include "xen_frames.h"

/* The hypervisor's own machine frames, which it exchanges for a guest's. */
#define FREE_FRAMES (1ull << (30 - DMD_XEN_FRAME_SHIFT))
#define WORD_BITS 64
#define MOST_EXCEPTIONS 1024

/* Frames of the guest that have others behind them than the rule says. */
struct exception {
	uint64_t frame;
	uint64_t machine;
	uint64_t count; /* 0: none */
	int foreign;
};

static uint64_t guest_frames, run_frames;
static struct exception exceptions[MOST_EXCEPTIONS];
static uint32_t exception_count;
static uint64_t taken[FREE_FRAMES / WORD_BITS];

void dmd_xen_start(uint64_t frames, uint64_t run)
{
	guest_frames = frames;
	run_frames = run;
}

static uint64_t run_count(void)
{
	return (guest_frames + run_frames - 1) / run_frames;
}

/* The last run comes first, and what is between two runs is another's. */
static uint64_t by_rule(uint64_t frame)
{
	uint64_t run;

	if (!run_frames || frame >= guest_frames)
		return frame;
	run = run_count() - 1 - frame / run_frames;
	return FREE_FRAMES + 2 * run * run_frames + frame % run_frames;
}

static uint64_t by_rule_back(uint64_t machine)
{
	uint64_t run, frame;

	if (machine < FREE_FRAMES)
		return DMD_XEN_NO_FRAME;
	machine -= FREE_FRAMES;
	run = machine / run_frames;
	if (run % 2 || run / 2 >= run_count())
		return DMD_XEN_NO_FRAME;
	frame = (run_count() - 1 - run / 2) * run_frames + machine % run_frames;
	return frame < guest_frames ? frame : DMD_XEN_NO_FRAME;
}

static struct exception *find(uint64_t frame)
{
	for (uint32_t i = exception_count; i--;)
		if (frame - exceptions[i].frame < exceptions[i].count)
			return &exceptions[i];
	return 0;
}

uint64_t dmd_xen_machine_frame(uint64_t frame)
{
	const struct exception *other = find(frame);

	return other ? other->machine + (frame - other->frame) : by_rule(frame);
}

/* The frame with an exception that leads to a machine frame. */
static uint64_t excepted(uint64_t machine, int foreign)
{
	for (uint32_t i = exception_count; i--;)
		if (exceptions[i].foreign == foreign &&
		    machine - exceptions[i].machine < exceptions[i].count)
			return exceptions[i].frame +
			       (machine - exceptions[i].machine);
	return DMD_XEN_NO_FRAME;
}

uint64_t dmd_xen_guest_frame(uint64_t machine)
{
	uint64_t frame;

	if (!run_frames)
		return machine;
	frame = excepted(machine, 0);
	if (frame == DMD_XEN_NO_FRAME)
		frame = by_rule_back(machine);
	return frame != DMD_XEN_NO_FRAME &&
			       dmd_xen_machine_frame(frame) == machine
		       ? frame
		       : DMD_XEN_NO_FRAME;
}

uint64_t dmd_xen_local_frame(uint64_t machine)
{
	return dmd_xen_guest_frame(machine);
}

uint64_t dmd_xen_reached_frame(uint64_t machine)
{
	uint64_t frame = excepted(machine, 1);

	if (frame != DMD_XEN_NO_FRAME)
		return frame;
	frame = dmd_xen_guest_frame(machine);
	return frame < guest_frames && dmd_xen_machine_frame(frame) == machine
		       ? frame
		       : DMD_XEN_NO_FRAME;
}

static struct exception *add(void)
{
	for (uint32_t i = 0; i < exception_count; i++)
		if (!exceptions[i].count)
			return &exceptions[i];
	return exception_count < MOST_EXCEPTIONS
		       ? &exceptions[exception_count++]
		       : 0;
}

int dmd_xen_map_foreign(uint64_t frame, uint64_t machine)
{
	struct exception *slot = find(frame);

	if (slot && !slot->foreign)
		return -1;
	if (!slot)
		slot = add();
	if (!slot)
		return -1;
	*slot = (struct exception){
		.frame = frame, .machine = machine, .count = 1, .foreign = 1};
	return 0;
}

static int is_taken(uint64_t machine)
{
	return taken[machine / WORD_BITS] >> machine % WORD_BITS & 1;
}

static void mark(uint64_t machine, uint64_t count, int as_taken)
{
	for (; count--; machine++) {
		uint64_t bit = 1ull << machine % WORD_BITS;

		if (as_taken)
			taken[machine / WORD_BITS] |= bit;
		else
			taken[machine / WORD_BITS] &= ~bit;
	}
}

static int is_free(uint64_t machine, uint64_t count)
{
	while (count--)
		if (is_taken(machine + count))
			return 0;
	return 1;
}

uint64_t dmd_xen_exchange(uint64_t frame, uint64_t count, uint64_t limit)
{
	uint64_t end = limit < FREE_FRAMES ? limit : FREE_FRAMES, machine;
	struct exception *slot;

	for (uint64_t i = 0; i < count; i++)
		if (find(frame + i))
			return DMD_XEN_NO_FRAME;
	for (machine = 0; machine + count <= end; machine += count) {
		if (!is_free(machine, count))
			continue;
		slot = add();
		if (!slot)
			break;
		mark(machine, count, 1);
		*slot = (struct exception){
			.frame = frame, .machine = machine, .count = count};
		return machine;
	}
	return DMD_XEN_NO_FRAME;
}

int dmd_xen_exchange_back(uint64_t frame)
{
	struct exception *slot = find(frame);

	if (!slot || slot->foreign || slot->frame != frame)
		return -1;
	mark(slot->machine, slot->count, 0);
	slot->count = 0;
	return 0;
}
