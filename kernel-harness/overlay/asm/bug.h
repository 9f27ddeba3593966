/* SPDX-License-Identifier: GPL-2.0-only */
/* BUG and WARN go to the harness with the name of the function they stand in.
 */
#ifndef _ASM_BUG_H
#define _ASM_BUG_H

#include <linux/compiler.h>

#ifndef __ASSEMBLY__

extern void dmd_bug(const char *file, int line, const char *function)
	__attribute__((noreturn));
extern void dmd_warn(const char *function, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define HAVE_ARCH_BUG
#define BUG() dmd_bug(__FILE__, __LINE__, __func__)

#define WARN_ON(condition)                                                     \
	({                                                                     \
		int __dmd_warn = !!(condition);                                \
		if (unlikely(__dmd_warn))                                      \
			dmd_warn(__func__, NULL);                              \
		unlikely(__dmd_warn);                                          \
	})

#define WARN(condition, format...)                                             \
	({                                                                     \
		int __dmd_warn = !!(condition);                                \
		if (unlikely(__dmd_warn))                                      \
			dmd_warn(__func__, format);                            \
		unlikely(__dmd_warn);                                          \
	})

#endif /* !__ASSEMBLY__ */

#include <asm-generic/bug.h>

#endif
