/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree keeps one that is of no architecture. */
#include <xen/arm/hypervisor.h>
