/* SPDX-License-Identifier: GPL-2.0-only */
/* Mutexes. There is one thread: one that would wait would wait for ever. */
#include "services.h"

/* The word that every revision's struct mutex begins with: its owner. */
struct mutex {
	long owner;
};

void __mutex_init(struct mutex *mutex, const char *name, void *key)
{
	(void)name;
	(void)key;
	mutex->owner = 0;
}

void mutex_init_generic(struct mutex *mutex)
{
	mutex->owner = 0;
}

void mutex_lock(struct mutex *mutex)
{
	if (mutex->owner)
		dmd_misuse("mutex taken twice");
	mutex->owner = 1;
}

int mutex_trylock(struct mutex *mutex)
{
	if (mutex->owner)
		return 0;
	mutex->owner = 1;
	return 1;
}

void mutex_unlock(struct mutex *mutex)
{
	if (!mutex->owner)
		dmd_misuse("mutex released but not held");
	mutex->owner = 0;
}
