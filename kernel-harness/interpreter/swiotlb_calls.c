/* SPDX-License-Identifier: GPL-2.0-only */
#include "swiotlb_calls.h"

#include <linux/dma-direct.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/swiotlb.h>

#include "dmd_features.h"
#include "swiotlb_view.h"
#include "xen_view.h"

#ifdef DMD_HAVE_SWIOTLB_INIT_FLAGS
static int init_flags(u32 asked, unsigned int *flags)
{
	*flags = SWIOTLB_VERBOSE;
#if defined(CONFIG_ARCH_HAS_MEM_ENCRYPT) && defined(DMD_HAVE_SWIOTLB_FORCE_FLAG)
	/* As architectures do: no device sees what drivers have. */
	*flags |= SWIOTLB_FORCE;
#endif
	if (asked & DMD_MACHINE_SWIOTLB_ANY)
		*flags |= SWIOTLB_ANY;
	if (asked & DMD_MACHINE_SWIOTLB_FORCE) {
#ifdef DMD_HAVE_SWIOTLB_FORCE_FLAG
		*flags |= SWIOTLB_FORCE;
#else
		return -EOPNOTSUPP;
#endif
	}
	return 0;
}

int dmd_swiotlb_boot(const struct dmd_machine *machine)
{
	unsigned int flags;
	int error = init_flags(machine->flags, &flags);

	if (machine->flags & DMD_MACHINE_XEN)
		swiotlb_init_remap(true, flags, dmd_xen_remap());
	else
		swiotlb_init(machine->flags & DMD_MACHINE_ADDRESSING_LIMIT,
			     flags);
	swiotlb_update_mem_attributes();
	return error;
}

int dmd_swiotlb_boot_late(const struct dmd_machine *machine)
{
	/* Architectures do so whether there is a pool yet or not. */
	swiotlb_update_mem_attributes();
	return swiotlb_init_late(machine->late_pool_bytes, GFP_DMA32,
				 dmd_xen_remap());
}
#else
int dmd_swiotlb_boot(const struct dmd_machine *machine)
{
	bool limit = machine->flags & DMD_MACHINE_ADDRESSING_LIMIT;

	/* What is a flag of swiotlb_init() now, architectures did themselves.
	 */
	if (machine->flags & DMD_MACHINE_SWIOTLB_FORCE ||
	    IS_ENABLED(CONFIG_ARCH_HAS_MEM_ENCRYPT))
		swiotlb_force = SWIOTLB_FORCE;
	if (machine->flags & DMD_MACHINE_XEN)
		return dmd_xen_swiotlb_init();
	if (limit || swiotlb_force == SWIOTLB_FORCE) {
		swiotlb_init(1);
		swiotlb_update_mem_attributes();
	}
	return machine->flags & DMD_MACHINE_SWIOTLB_ANY ? -EOPNOTSUPP : 0;
}

int dmd_swiotlb_boot_late(const struct dmd_machine *machine)
{
	return swiotlb_late_init_with_default_size(machine->late_pool_bytes);
}
#endif

void dmd_swiotlb_new_device(struct device *dev)
{
#if defined(DMD_HAVE_SWIOTLB_DEV_INIT)
	swiotlb_dev_init(dev);
#elif defined(DMD_HAVE_DEVICE_POOL)
	dev->dma_io_tlb_mem = dmd_swiotlb_default();
#endif
}

unsigned long dmd_shared_attr(struct device *dev)
{
#ifdef __DMA_ATTR_ALLOC_CC_SHARED
	return force_dma_unencrypted(dev) ? __DMA_ATTR_ALLOC_CC_SHARED : 0;
#else
	return 0;
#endif
}

bool dmd_swiotlb_aligns(void)
{
	return IS_ENABLED(DMD_HAVE_TBL_MAP_ALIGN_MASK);
}

/* What dma-iommu passes where the function takes an alloc_size. */
static inline size_t whole(size_t size, unsigned int align_mask)
{
	return ALIGN(size, (size_t)align_mask + 1);
}

phys_addr_t dmd_swiotlb_tbl_map(struct device *dev, phys_addr_t address,
				size_t size, unsigned int align_mask,
				enum dma_data_direction direction,
				unsigned long attrs)
{
#if defined(DMD_HAVE_TBL_MAP_ATTRS_POINTER)
	return swiotlb_tbl_map_single(dev, address, size, align_mask, direction,
				      &attrs);
#elif !defined(DMD_HAVE_TBL_MAP_ALLOC_SIZE)
	return swiotlb_tbl_map_single(dev, address, size, align_mask, direction,
				      attrs);
#elif defined(DMD_HAVE_TBL_MAP_ALIGN_MASK)
	return swiotlb_tbl_map_single(dev, address, size,
				      whole(size, align_mask), align_mask,
				      direction, attrs);
#else
	return swiotlb_tbl_map_single(dev, address, size, size, direction,
				      attrs);
#endif
}

void dmd_swiotlb_tbl_unmap(struct device *dev, phys_addr_t address, size_t size,
			   unsigned int align_mask,
			   enum dma_data_direction direction,
			   unsigned long attrs)
{
#ifdef DMD_HAVE_TBL_UNMAP_ALLOC_SIZE
	swiotlb_tbl_unmap_single(dev, address, size, whole(size, align_mask),
				 direction, attrs);
#else
	swiotlb_tbl_unmap_single(dev, address, size, direction, attrs);
#endif
}

#ifdef DMD_HAVE_SWIOTLB_SYNC_SINGLE
void dmd_swiotlb_sync_for_cpu(struct device *dev, phys_addr_t address,
			      size_t size, enum dma_data_direction direction)
{
	swiotlb_sync_single_for_cpu(dev, address, size, direction);
}

void dmd_swiotlb_sync_for_device(struct device *dev, phys_addr_t address,
				 size_t size, enum dma_data_direction direction)
{
	swiotlb_sync_single_for_device(dev, address, size, direction);
}
#else
void dmd_swiotlb_sync_for_cpu(struct device *dev, phys_addr_t address,
			      size_t size, enum dma_data_direction direction)
{
	swiotlb_tbl_sync_single(dev, address, size, direction, SYNC_FOR_CPU);
}

void dmd_swiotlb_sync_for_device(struct device *dev, phys_addr_t address,
				 size_t size, enum dma_data_direction direction)
{
	swiotlb_tbl_sync_single(dev, address, size, direction, SYNC_FOR_DEVICE);
}
#endif

int dmd_swiotlb_alloc(struct device *dev, size_t size, struct page **page)
{
#if defined(DMD_HAVE_SWIOTLB_ALLOC_ATTRS)
	*page = swiotlb_alloc(dev, size, dmd_shared_attr(dev));
	return 0;
#elif defined(DMD_HAVE_SWIOTLB_ALLOC)
	*page = swiotlb_alloc(dev, size);
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

bool dmd_swiotlb_free(struct device *dev, struct page *page, size_t size)
{
#ifdef DMD_HAVE_SWIOTLB_ALLOC
	return swiotlb_free(dev, page, size);
#else
	return false;
#endif
}
