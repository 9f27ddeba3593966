/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters of the kernel's files, SPEC.md "Boot": numbers, and no other. */
#include <linux/errno.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/types.h>

#include "params.h"

extern const struct kernel_param dmd_param_start[], dmd_param_end[];

/* As kstrtoull() with base 0, without a sign. */
static bool read_number(const char *text, u64 most, u64 *value)
{
	unsigned int radix = 10;

	*value = 0;
	if (text[0] == '0' && (text[1] | 0x20) == 'x') {
		radix = 16;
		text += 2;
	} else if (text[0] == '0' && text[1]) {
		radix = 8;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		char letter = *text | 0x20;
		unsigned int digit = *text >= '0' && *text <= '9' ? *text - '0'
				     : letter >= 'a' && letter <= 'f'
					     ? letter - 'a' + 10
					     : radix;

		if (digit >= radix)
			return false;
		*value = *value * radix + digit;
		if (*value > most)
			return false;
	}
	return true;
}

static int set_uint(const char *text, const struct kernel_param *param)
{
	u64 value;

	if (!text || !read_number(text, U32_MAX, &value))
		return -EINVAL;
	*(unsigned int *)param->arg = (unsigned int)value;
	return 0;
}

static int set_byte(const char *text, const struct kernel_param *param)
{
	u64 value;

	if (!text || !read_number(text, U8_MAX, &value))
		return -EINVAL;
	*(unsigned char *)param->arg = (unsigned char)value;
	return 0;
}

const struct kernel_param_ops param_ops_uint = {.set = set_uint};
const struct kernel_param_ops param_ops_byte = {.set = set_byte};

void dmd_set_parameter(const char *name, const char *value)
{
	for (const struct kernel_param *p = dmd_param_start; p < dmd_param_end;
	     p++)
		if ((p->ops == &param_ops_uint || p->ops == &param_ops_byte) &&
		    !strcmp(p->name, name))
			p->ops->set(value, p);
}
