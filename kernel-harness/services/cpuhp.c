/* SPDX-License-Identifier: GPL-2.0-only */
/* CPU hotplug, SPEC.md "CPUs and time": states with many instances, as drivers
 * register them for what they keep of each CPU. */
#include "services.h"
#include "cpuhp.h"

#include <stddef.h>

#define BITS 64
#define MAX_STATES 16
#define MAX_INSTANCES 256

typedef int (*cpuhp_call)(unsigned int cpu, void *node);

struct state {
	int used;
	int multi;  /* what to call is called for each instance */
	int number; /* enum cpuhp_state */
	cpuhp_call startup;
	cpuhp_call teardown;
};

struct instance {
	int state;
	void *node;
};

static struct state states[MAX_STATES];
static struct instance instances[MAX_INSTANCES];
static unsigned int instance_count;

extern unsigned int nr_cpu_ids;
extern unsigned long __cpu_online_mask[];
extern unsigned int __num_online_cpus;

static struct state *find_state(int number)
{
	for (unsigned int i = 0; i < MAX_STATES; i++)
		if (states[i].used && states[i].number == number)
			return &states[i];
	return NULL;
}

int __cpuhp_setup_state(int number, const char *name, _Bool invoke,
			void *startup, void *teardown, _Bool multi)
{
	(void)name;
	if (invoke)
		dmd_missing_service("cpuhp states that are told of CPUs");
	if (find_state(number))
		dmd_misuse("a cpuhp state is set up twice");
	for (unsigned int i = 0; i < MAX_STATES; i++) {
		if (states[i].used)
			continue;
		states[i] = (struct state){
			.used = 1,
			.multi = multi,
			.number = number,
			.startup = (cpuhp_call)startup,
			.teardown = (cpuhp_call)teardown,
		};
		return 0;
	}
	dmd_misuse("too many cpuhp states");
}

void __cpuhp_remove_state(int number, _Bool invoke)
{
	struct state *state = find_state(number);

	(void)invoke;
	if (!state)
		dmd_misuse("a cpuhp state is removed that is not set up");
	for (unsigned int i = 0; i < instance_count; i++)
		if (instances[i].state == number)
			dmd_misuse("a cpuhp state is removed with instances");
	state->used = 0;
}

int __cpuhp_state_add_instance(int number, void *node, _Bool invoke)
{
	if (invoke)
		dmd_missing_service("cpuhp instances that are told of CPUs");
	if (!find_state(number))
		dmd_misuse("a cpuhp instance of a state that is not set up");
	if (instance_count == MAX_INSTANCES)
		dmd_misuse("too many cpuhp instances");
	instances[instance_count++] = (struct instance){number, node};
	return 0;
}

int __cpuhp_state_remove_instance(int number, void *node, _Bool invoke)
{
	(void)invoke;
	for (unsigned int i = 0; i < instance_count; i++) {
		if (instances[i].state != number || instances[i].node != node)
			continue;
		for (instance_count--; i < instance_count; i++)
			instances[i] = instances[i + 1];
		return 0;
	}
	dmd_misuse("a cpuhp instance is removed that was not added");
}

int dmd_cpu_is_online(unsigned int cpu)
{
	return cpu < nr_cpu_ids &&
	       (__cpu_online_mask[cpu / BITS] >> cpu % BITS & 1);
}

static void tell_one(const struct state *state, unsigned int cpu, int up,
		     void *node)
{
	cpuhp_call call = up ? state->startup : state->teardown;

	if (call && call(cpu, node))
		dmd_missing_service("a cpuhp callback that refuses");
}

static void tell(unsigned int cpu, int up)
{
	for (unsigned int i = instance_count; i-- > 0;) {
		const struct state *state = find_state(instances[i].state);

		if (state->multi)
			tell_one(state, cpu, up, instances[i].node);
	}
	/* A callback that has no instance takes the CPU alone. */
	for (unsigned int i = MAX_STATES; i-- > 0;)
		if (states[i].used && !states[i].multi)
			tell_one(&states[i], cpu, up, NULL);
}

void dmd_cpu_take_down(unsigned int cpu)
{
	__cpu_online_mask[cpu / BITS] &= ~(1ul << cpu % BITS);
	__num_online_cpus--;
	tell(cpu, 0);
}

void dmd_cpu_bring_up(unsigned int cpu)
{
	tell(cpu, 1);
	__cpu_online_mask[cpu / BITS] |= 1ul << cpu % BITS;
	__num_online_cpus++;
}
