/* SPDX-License-Identifier: GPL-2.0-only */
/* Plain loads and stores: one host thread runs all virtual CPUs. */
#ifndef _ASM_CMPXCHG_H
#define _ASM_CMPXCHG_H

#define arch_xchg(ptr, value)                                                  \
	({                                                                     \
		__typeof__(ptr) __xchg_ptr = (ptr);                            \
		__typeof__(*(ptr)) __xchg_old = *__xchg_ptr;                   \
		*__xchg_ptr = (__typeof__(*(ptr)))(value);                     \
		__xchg_old;                                                    \
	})

#define arch_cmpxchg(ptr, old, new)                                            \
	({                                                                     \
		__typeof__(ptr) __cas_ptr = (ptr);                             \
		__typeof__(*(ptr)) __cas_found = *__cas_ptr;                   \
		if (__cas_found == (__typeof__(*(ptr)))(old))                  \
			*__cas_ptr = (__typeof__(*(ptr)))(new);                \
		__cas_found;                                                   \
	})

#define arch_cmpxchg_local arch_cmpxchg
#define arch_cmpxchg64 arch_cmpxchg
#define arch_cmpxchg64_local arch_cmpxchg

#endif
