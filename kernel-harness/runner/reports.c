/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the sanitizers' runtimes say, as records instead of text: their text
 * has addresses in it. After a bad access nothing can be relied on, and the
 * process ends; undefined arithmetic has a result, and it goes on.
 */
#define _GNU_SOURCE
#include "runner.h"
#include "objects.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

#define MOST_FRAMES (sizeof(((struct dmd_report *)0)->frames) / 8)

/* Of the runtimes' headers, what is used here. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
void __asan_on_error(void);
void __ubsan_on_report(void);
void *__asan_get_report_address(void);
int __asan_get_report_access_type(void);
size_t __asan_get_report_access_size(void);
const char *__asan_get_report_description(void);
void __ubsan_get_current_report_data(const char **kind, const char **message,
				     const char **file, unsigned int *line,
				     unsigned int *column, char **address);

/* Signals are the guard's business. */
const char *__asan_default_options(void)
{
	return "handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:"
	       "handle_sigill=0:handle_sigtrap=0:use_sigaltstack=0:"
	       "detect_leaks=0:symbolize=0:allocator_may_return_null=1:"
	       "detect_odr_violation=0:detect_stack_use_after_return=0";
}

const char *__ubsan_default_options(void)
{
	return "symbolize=0:print_stacktrace=0:color=never";
}

/*
 * The C library finds the stack in a file of /proc, which cannot be opened any
 * more when a runtime asks again: after each jump out of a signal handler.
 */
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
	static void *address;
	static size_t bytes;
	__typeof__(&pthread_getattr_np) find;
	void *symbol;
	int error;

	if (address) {
		pthread_attr_init(attributes);
		return pthread_attr_setstack(attributes, address, bytes);
	}
	symbol = dlsym(RTLD_NEXT, "pthread_getattr_np");
	memcpy(&find, &symbol, sizeof(find));
	error = find(thread, attributes);
	if (!error)
		pthread_attr_getstack(attributes, &address, &bytes);
	return error;
}

__attribute__((constructor)) static void find_stack(void)
{
	pthread_attr_t attributes;

	if (!pthread_getattr_np(pthread_self(), &attributes))
		pthread_attr_destroy(&attributes);
}

struct walk {
	uint64_t frames[MOST_FRAMES];
	size_t count;
};

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context,
				     void *data)
{
	struct walk *walk = data;
	uint64_t place = runner_place(_Unwind_GetIP(context) - 1);

	if (place)
		walk->frames[walk->count++] = place;
	return walk->count == MOST_FRAMES ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static struct dmd_report *begin_report(void)
{
	struct dmd_report *reports = runner_shared(DMD_SHARED_REPORTS);
	struct dmd_report *report;
	struct walk walk = {.count = 0};

	if (runner_call->report_count >= DMD_MAX_REPORTS)
		return NULL;
	report = &reports[runner_call->report_count];
	memset(report, 0, sizeof(*report));
	report->step = runner_current_step();
	_Unwind_Backtrace(add_frame, &walk);
	memcpy(report->frames, walk.frames, sizeof(report->frames));
	return report;
}

static void describe(struct dmd_report *report, uint64_t address)
{
	__typeof__(&dmd_find_object) find;
	struct dmd_object object;
	void *symbol = dlsym(runner_library.handle, "dmd_find_object");

	memcpy(&find, &symbol, sizeof(find));
	if (!find || !find(address, &object))
		return;
	report->object = object.kind;
	report->object_bytes = object.bytes;
	report->position = (int64_t)(address - object.start);
	report->is_freed = object.is_freed;
	report->allocated_at = runner_place(object.allocated_at - 1);
	report->freed_at = runner_place(object.freed_at - 1);
}

void __asan_on_error(void)
{
	struct dmd_report *report = begin_report();

	if (report) {
		report->access_bytes = __asan_get_report_access_size();
		report->is_write = __asan_get_report_access_type() != 0;
		snprintf((char *)report->message, sizeof(report->message), "%s",
			 __asan_get_report_description());
		describe(report, (uint64_t)__asan_get_report_address());
		runner_call->report_count++;
	}
	runner_call->is_fatal = 1;
	_exit(EXIT_REPORT);
}

void __ubsan_on_report(void)
{
	const char *kind, *message, *file;
	unsigned int line, column;
	struct dmd_report *report;
	char *address;

	__ubsan_get_current_report_data(&kind, &message, &file, &line, &column,
					&address);
	report = begin_report();
	if (!report)
		return;
	snprintf((char *)report->message, sizeof(report->message), "%s",
		 message);
	runner_call->report_count++;
}
