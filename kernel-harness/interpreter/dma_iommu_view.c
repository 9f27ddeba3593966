/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compiles the tree's dma-iommu.c, see iommu_view.c. Without CONFIG_MMU the
 * headers know no mapped pages, and no protection of them; here there are.
 */
#include <linux/crash_dump.h>
#include <linux/dma-map-ops.h>
#include <linux/mm.h>

#include "iommu_initcalls.h"
#include "services.h"
#include "vmap.h"

static inline pgprot_t dmd_pgprot(const struct device *dev, pgprot_t prot)
{
	return dev_is_dma_coherent((struct device *)dev)
		       ? prot
		       : pgprot_noncached(prot);
}

#define is_vmalloc_addr(address) dmd_is_vmalloc_addr(address)
#define is_kdump_kernel() dmd_is_kdump()
#define dma_pgprot(dev, prot, attrs) dmd_pgprot(dev, prot)

#include "drivers/iommu/dma-iommu.c"
