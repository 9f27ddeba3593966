/* SPDX-License-Identifier: GPL-2.0-only */
/* Plain arithmetic: one host thread runs all virtual CPUs. */
#ifndef _ASM_ATOMIC_H
#define _ASM_ATOMIC_H

#include <linux/types.h>
#include <asm/cmpxchg.h>

/* Older kernels ask whether what is here are the arch_ forms. */
#define ARCH_ATOMIC

#define ATOMIC64_INIT(i)                                                       \
	{                                                                      \
		(i)                                                            \
	}

#define DMD_ATOMIC_OP(prefix, type, word, name, expression)                    \
	static __always_inline void prefix##_##name(word i, type *v)           \
	{                                                                      \
		word old = v->counter;                                         \
		v->counter = (expression);                                     \
	}                                                                      \
	static __always_inline word prefix##_fetch_##name(word i, type *v)     \
	{                                                                      \
		word old = v->counter;                                         \
		v->counter = (expression);                                     \
		return old;                                                    \
	}

#define DMD_ATOMIC_OP_RETURN(prefix, type, word, name, expression)             \
	DMD_ATOMIC_OP(prefix, type, word, name, expression)                    \
	static __always_inline word prefix##_##name##_return(word i, type *v)  \
	{                                                                      \
		word old = v->counter;                                         \
		v->counter = (expression);                                     \
		return v->counter;                                             \
	}

#define DMD_ATOMICS(prefix, type, word)                                        \
	static __always_inline word prefix##_read(const type *v)               \
	{                                                                      \
		return *(const volatile word *)&v->counter;                    \
	}                                                                      \
	static __always_inline void prefix##_set(type *v, word i)              \
	{                                                                      \
		*(volatile word *)&v->counter = i;                             \
	}                                                                      \
	DMD_ATOMIC_OP_RETURN(prefix, type, word, add, old + i)                 \
	DMD_ATOMIC_OP_RETURN(prefix, type, word, sub, old - i)                 \
	DMD_ATOMIC_OP(prefix, type, word, and, old &i)                         \
	DMD_ATOMIC_OP(prefix, type, word, or, old | i)                         \
	DMD_ATOMIC_OP(prefix, type, word, xor, old ^ i)                        \
	DMD_ATOMIC_OP(prefix, type, word, andnot, old & ~i)

DMD_ATOMICS(arch_atomic, atomic_t, int)
DMD_ATOMICS(arch_atomic64, atomic64_t, s64)

#define arch_atomic_add_return arch_atomic_add_return
#define arch_atomic_sub_return arch_atomic_sub_return
#define arch_atomic_fetch_add arch_atomic_fetch_add
#define arch_atomic_fetch_sub arch_atomic_fetch_sub
#define arch_atomic_fetch_and arch_atomic_fetch_and
#define arch_atomic_fetch_or arch_atomic_fetch_or
#define arch_atomic_fetch_xor arch_atomic_fetch_xor
#define arch_atomic_andnot arch_atomic_andnot
#define arch_atomic_fetch_andnot arch_atomic_fetch_andnot
#define arch_atomic_xchg(v, new) arch_xchg(&(v)->counter, new)
#define arch_atomic_cmpxchg(v, old, new) arch_cmpxchg(&(v)->counter, old, new)

#define arch_atomic64_add_return arch_atomic64_add_return
#define arch_atomic64_sub_return arch_atomic64_sub_return
#define arch_atomic64_fetch_add arch_atomic64_fetch_add
#define arch_atomic64_fetch_sub arch_atomic64_fetch_sub
#define arch_atomic64_fetch_and arch_atomic64_fetch_and
#define arch_atomic64_fetch_or arch_atomic64_fetch_or
#define arch_atomic64_fetch_xor arch_atomic64_fetch_xor
#define arch_atomic64_andnot arch_atomic64_andnot
#define arch_atomic64_fetch_andnot arch_atomic64_fetch_andnot
#define arch_atomic64_xchg(v, new) arch_xchg(&(v)->counter, new)
#define arch_atomic64_cmpxchg(v, old, new) arch_cmpxchg(&(v)->counter, old, new)

#endif
