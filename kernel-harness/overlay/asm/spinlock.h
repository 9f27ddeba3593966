/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * There is one thread, so a lock that is held can never be waited for: taking
 * it again is a deadlock, and releasing a free one is a bug. Both are reported.
 */
#ifndef _ASM_SPINLOCK_H
#define _ASM_SPINLOCK_H

#include <linux/compiler.h>
#include <asm/spinlock_types.h>

extern void dmd_misuse(const char *what) __attribute__((noreturn));

static __always_inline void arch_spin_lock(arch_spinlock_t *lock)
{
	if (unlikely(lock->held))
		dmd_misuse("spinlock taken twice");
	lock->held = 1;
}

static __always_inline int arch_spin_trylock(arch_spinlock_t *lock)
{
	if (lock->held)
		return 0;
	lock->held = 1;
	return 1;
}

static __always_inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	if (unlikely(!lock->held))
		dmd_misuse("spinlock released but not held");
	lock->held = 0;
}

static __always_inline int arch_spin_is_locked(arch_spinlock_t *lock)
{
	return lock->held;
}

static __always_inline int arch_spin_value_unlocked(arch_spinlock_t lock)
{
	return !lock.held;
}

static __always_inline int arch_spin_is_contended(arch_spinlock_t *lock)
{
	return 0;
}

static __always_inline void arch_read_lock(arch_rwlock_t *lock)
{
	if (unlikely(lock->readers < 0))
		dmd_misuse("rwlock read while written");
	lock->readers++;
}

static __always_inline void arch_read_unlock(arch_rwlock_t *lock)
{
	if (unlikely(lock->readers <= 0))
		dmd_misuse("rwlock read-released but not held");
	lock->readers--;
}

static __always_inline int arch_read_trylock(arch_rwlock_t *lock)
{
	if (lock->readers < 0)
		return 0;
	lock->readers++;
	return 1;
}

static __always_inline void arch_write_lock(arch_rwlock_t *lock)
{
	if (unlikely(lock->readers))
		dmd_misuse("rwlock taken twice");
	lock->readers = -1;
}

static __always_inline void arch_write_unlock(arch_rwlock_t *lock)
{
	if (unlikely(lock->readers != -1))
		dmd_misuse("rwlock released but not held");
	lock->readers = 0;
}

static __always_inline int arch_write_trylock(arch_rwlock_t *lock)
{
	if (lock->readers)
		return 0;
	lock->readers = -1;
	return 1;
}

#endif
