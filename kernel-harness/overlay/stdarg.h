/* SPDX-License-Identifier: GPL-2.0-only */
/* The compiler's own, for trees that have no linux/stdarg.h to include. */
#ifndef DMD_STDARG_H
#define DMD_STDARG_H

typedef __builtin_va_list va_list;
#define va_start(list, last) __builtin_va_start(list, last)
#define va_end(list) __builtin_va_end(list)
#define va_arg(list, type) __builtin_va_arg(list, type)
#define va_copy(to, from) __builtin_va_copy(to, from)

#endif
