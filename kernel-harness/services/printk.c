/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's log and the ways a machine can die with a message. */
#include "services.h"
#include "digest.h"
#include "dmadiff_abi.h"
#include "dmd_host.h"
#include "kernel_constants.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LOG_TEXT_BYTES (4u << 20)
#define LOG_MAX_LINES 65536u
#define LINE_BYTES 1024
#define LEVEL_MARK '\001'

struct log {
	uint32_t lines;
	uint32_t starts[LOG_MAX_LINES + 1];
	char text[LOG_TEXT_BYTES];
};

_Static_assert(sizeof(struct log) <= DMD_LOG_BYTES, "the log fits");

static struct log *kernel_log;

/* The kernel's own: a format and its arguments, printed with %pV. */
struct va_format {
	const char *fmt;
	va_list *va;
};

struct output {
	char *text;
	size_t used;
	size_t capacity;
};

static void put(struct output *out, const char *text, size_t length)
{
	if (length > out->capacity - out->used)
		length = out->capacity - out->used;
	memcpy(out->text + out->used, text, length);
	out->used += length;
}

static void format_into(struct output *out, const char *format, va_list *args);

static void put_address(struct output *out, uint64_t address)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "0x%016llx",
			      (unsigned long long)address);

	put(out, text, (size_t)length);
}

/* The names of an allocation's flags, as far as SPEC.md has them. */
static void put_gfp(struct output *out, unsigned int gfp)
{
	const struct {
		unsigned int bits;
		const char *name;
	} names[] = {
		{dmd_gfp_kernel, "GFP_KERNEL"},
		{dmd_gfp_dma, "GFP_DMA"},
		{dmd_gfp_dma32, "GFP_DMA32"},
	};
	bool first = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((gfp & names[i].bits) != names[i].bits)
			continue;
		if (!first)
			put(out, "|", 1);
		put(out, names[i].name, strlen(names[i].name));
		first = false;
	}
}

/* %p and its kernel forms; returns the characters used after 'p'. */
static size_t put_pointer(struct output *out, const char *after, void *pointer)
{
	if (after[0] == 'a') {
		put_address(out, *(const uint64_t *)pointer);
		return after[1] == 'd' || after[1] == 'p' ? 2 : 1;
	}
	if (after[0] == 'G' && after[1] == 'g') {
		put_gfp(out, *(const unsigned int *)pointer);
		return 2;
	}
	if (after[0] == 'V') {
		const struct va_format *inner = pointer;
		va_list copy;

		va_copy(copy, *inner->va);
		format_into(out, inner->fmt, &copy);
		va_end(copy);
		return 1;
	}
	/* As the kernel hides pointers, so must we: they are the host's. */
	put(out, pointer ? "(____ptrval____)" : "(null)", pointer ? 16 : 6);
	return after[0] == 'K' || after[0] == 'x' ? 1 : 0;
}

static void put_number(struct output *out, const char *spec, size_t length,
		       va_list *args)
{
	char one[32], text[128];
	int wide = 0, written;

	if (length >= sizeof(one))
		length = sizeof(one) - 1;
	memcpy(one, spec, length);
	one[length] = '\0';
	for (size_t i = 0; i < length; i++)
		wide |= one[i] == 'l' || one[i] == 'z' || one[i] == 't' ||
			one[i] == 'j' || one[i] == 'L';

	if (one[length - 1] == 's') {
		const char *string = va_arg(*args, const char *);

		written = snprintf(text, sizeof(text), one,
				   string ? string : "(null)");
	} else if (wide) {
		written = snprintf(text, sizeof(text), one,
				   va_arg(*args, unsigned long long));
	} else {
		written = snprintf(text, sizeof(text), one,
				   va_arg(*args, unsigned int));
	}
	if (written > (int)sizeof(text) - 1)
		written = sizeof(text) - 1;
	put(out, text, (size_t)written);
}

static void format_into(struct output *out, const char *format, va_list *args)
{
	while (*format) {
		size_t plain = strcspn(format, "%"), length;

		put(out, format, plain);
		format += plain;
		if (!*format)
			break;
		if (format[1] == '%') {
			put(out, "%", 1);
			format += 2;
			continue;
		}
		length = 1 + strspn(format + 1, "-+ #0123456789.lhzjtL");
		if (format[length] == 'p') {
			format += length + 1;
			format +=
				put_pointer(out, format, va_arg(*args, void *));
			continue;
		}
		if (!format[length])
			break;
		put_number(out, format, length + 1, args);
		format += length + 1;
	}
}

void dmd_log_reset(void *memory)
{
	kernel_log = memory;
	kernel_log->lines = 0;
	kernel_log->starts[0] = 0;
}

uint32_t dmd_log_lines(void)
{
	return kernel_log->lines;
}

uint64_t dmd_log_digest(uint32_t first)
{
	uint32_t start = kernel_log->starts[first];
	uint32_t end = kernel_log->starts[kernel_log->lines];

	if (first == kernel_log->lines)
		return 0;
	return dmd_digest_bytes(0, kernel_log->text + start, end - start);
}

uint32_t dmd_log_read(uint32_t first, uint8_t *text, uint32_t capacity)
{
	uint32_t start, bytes;

	if (first >= kernel_log->lines)
		return 0;
	start = kernel_log->starts[first];
	bytes = kernel_log->starts[kernel_log->lines] - start;
	if (bytes > capacity)
		bytes = capacity;
	memcpy(text, kernel_log->text + start, bytes);
	return bytes;
}

static void log_line(const char *lead, const char *format, va_list *args)
{
	struct output out = {.capacity = LINE_BYTES};
	uint32_t start = kernel_log->starts[kernel_log->lines];

	if (kernel_log->lines == LOG_MAX_LINES ||
	    start + LINE_BYTES + 1 > LOG_TEXT_BYTES)
		dmd_misuse("log is full");
	out.text = kernel_log->text + start;
	put(&out, lead, strlen(lead));
	if (format)
		format_into(&out, format, args);
	while (out.used && out.text[out.used - 1] == '\n')
		out.used--;
	out.text[out.used++] = '\n';
	kernel_log->starts[++kernel_log->lines] = start + (uint32_t)out.used;
}

void dmd_log(const char *lead, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(lead, format, &args);
	va_end(args);
}

static void print_with_level(const char *format, va_list *args)
{
	char lead[] = "4 ";

	if (format[0] == LEVEL_MARK && format[1]) {
		if (format[1] >= '0' && format[1] <= '7')
			lead[0] = format[1];
		format += 2;
	}
	log_line(lead, format, args);
}

int _printk(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_with_level(format, &args);
	va_end(args);
	return 0;
}

int _printk_deferred(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_with_level(format, &args);
	va_end(args);
	return 0;
}

/* Before 5.15 the functions had the names that are macros now. */
int printk(const char *format, ...) __attribute__((alias("_printk")));
int printk_deferred(const char *format, ...)
	__attribute__((alias("_printk_deferred")));

/* The call instruction that led to the function this is used in. */
#define caller() ((const char *)__builtin_return_address(0) - 1)

void dmd_warn(const char *function, const char *format, ...)
{
	char lead[160];
	va_list args;

	snprintf(lead, sizeof(lead), format ? "W %s: " : "W %s", function);
	va_start(args, format);
	log_line(lead, format, &args);
	va_end(args);
}

void dmd_bug(const char *file, int line, const char *function)
{
	dmd_log("B ", "%s", function);
	dmd_host_die(DMD_CRASH_BUG, "", NULL, file, (uint32_t)line, function);
}

void dmd_misuse(const char *what)
{
	dmd_log("M ", "%s", what);
	dmd_host_die(DMD_CRASH_MISUSE, what, caller(), NULL, 0, NULL);
}

void dmd_missing_service(const char *name)
{
	dmd_host_die(DMD_CRASH_MISSING_SERVICE, name, NULL, NULL, 0, NULL);
}

void panic(const char *format, ...)
{
	char text[LINE_BYTES];
	struct output out = {.text = text, .capacity = sizeof(text) - 1};
	va_list args;

	va_start(args, format);
	format_into(&out, format, &args);
	va_end(args);
	text[out.used] = '\0';
	dmd_log("P ", "%s", text);
	dmd_host_die(DMD_CRASH_PANIC, text, caller(), NULL, 0, NULL);
}
