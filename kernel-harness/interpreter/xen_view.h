/* SPDX-License-Identifier: GPL-2.0-only */
/* What the interpreter asks of Xen; there is none unless it is configured. */
#ifndef DMD_XEN_VIEW_H
#define DMD_XEN_VIEW_H

#include <linux/errno.h>
#include <linux/types.h>

#include "dmadiff_abi.h"
#include "dmd_features.h"

struct device;

/* What swiotlb_init_remap() and swiotlb_init_late() take. */
typedef int dmd_remap_fn(void *buffer, unsigned long slots);

#ifdef CONFIG_SWIOTLB_XEN
/* Starts the hypervisor, if the machine is its guest. */
void dmd_xen_boot(const struct dmd_machine *machine);

/* Gives a device the operations of swiotlb-xen. */
void dmd_xen_attach(struct device *dev);

/* Makes the guest's page at phys a page of another domain. Returns 0, or not.
 */
int dmd_xen_foreign(u64 phys, u64 machine);

/* Where in the guest's memory a device gets by a machine address, or
 * DMD_NO_ADDRESS. */
u64 dmd_xen_reached(u64 address);

#ifdef DMD_HAVE_XEN_SWIOTLB_FIXUP
/* What moves a pool within reach, NULL when nothing has to. */
dmd_remap_fn *dmd_xen_remap(void);
#else
/* Sets up the default pool. */
int dmd_xen_swiotlb_init(void);
#endif
#else
static inline void dmd_xen_boot(const struct dmd_machine *machine)
{
}

static inline void dmd_xen_attach(struct device *dev)
{
}

static inline int dmd_xen_foreign(u64 phys, u64 machine)
{
	return -EOPNOTSUPP;
}

static inline u64 dmd_xen_reached(u64 address)
{
	return address;
}

static inline dmd_remap_fn *dmd_xen_remap(void)
{
	return NULL;
}

static inline int dmd_xen_swiotlb_init(void)
{
	return -EOPNOTSUPP;
}
#endif

#endif
