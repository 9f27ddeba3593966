/* SPDX-License-Identifier: GPL-2.0-only */
/* The services that see the kernel's headers, as one unit; see
 * ../interpreter/interpreter.c for why. */
#include "bus.c"
#include "coherence.c"
#include "debugfs.c"
#include "deferred.c"
#include "device.c"
#include "encryption.c"
#include "highmem.c"
#include "kobject.c"
#include "memory.c"
#include "nodes.c"
#include "params.c"
#include "rcu.c"
#include "vmap.c"
