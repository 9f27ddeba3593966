/* SPDX-License-Identifier: GPL-2.0-only */
/* Caches and devices that bypass them, SPEC.md "Coherence". */
#include <linux/dma-map-ops.h>
#include <linux/io.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "coherence.h"
#include "services.h"

static char *behind_caches;

void dmd_caches_reset(char *behind)
{
	behind_caches = behind;
}

void *dmd_memory_for(bool noncoherent, u64 address)
{
	return noncoherent && behind_caches ? behind_caches + address
					    : phys_to_virt(address);
}

void dmd_caches_wrote(bool noncoherent, u64 address, u64 size)
{
	if (!noncoherent && behind_caches)
		memcpy(behind_caches + address, phys_to_virt(address), size);
}

#ifdef CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE
void arch_sync_dma_for_device(phys_addr_t address, size_t size,
			      enum dma_data_direction direction)
{
	memcpy(behind_caches + address, phys_to_virt(address), size);
}

void arch_sync_dma_for_cpu(phys_addr_t address, size_t size,
			   enum dma_data_direction direction)
{
	if (direction != DMA_TO_DEVICE)
		memcpy(phys_to_virt(address), behind_caches + address, size);
}

void arch_dma_prep_coherent(struct page *page, size_t size)
{
	arch_sync_dma_for_device(page_to_phys(page), size, DMA_TO_DEVICE);
}

/* No memory is mapped another way. Later revisions say so themselves. */
void *arch_dma_alloc(struct device *dev, size_t size, dma_addr_t *address,
		     gfp_t gfp, unsigned long attrs)
{
	pr_warn_once(
		"coherent DMA allocations not supported on this platform.\n");
	return NULL;
}

/* What was invalidated is all there is to do. */
void arch_sync_dma_for_cpu_all(void)
{
}
#endif
