/* SPDX-License-Identifier: GPL-2.0-only */
/* The boot, SPEC.md "Boot", through the tables that the kernel itself fills. */
#include <linux/device.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/init.h>
#include <linux/mod_devicetable.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/radix-tree.h>

#include "highmem.h"
#include "machine.h"
#include "params.h"
#include "region_map.h"
#include "services.h"
#include "swiotlb_calls.h"
#include "swiotlb_view.h"
#include "dmd_features.h"
#include "xen_view.h"

extern const struct obs_kernel_param dmd_setup_start[], dmd_setup_end[];
extern initcall_entry_t dmd_initcall_start[], dmd_initcall_end[];
extern const struct of_device_id dmd_rmem_start[], dmd_rmem_end[];

#define CMDLINE_BYTES 1024

static char cmdline_copy[CMDLINE_BYTES];

/* No device tree node of ours has properties. */
const void *of_get_flat_dt_prop(unsigned long node, const char *name, int *size)
{
	return NULL;
}

void dmd_early_parameter(const char *name, const char *value)
{
	for (const struct obs_kernel_param *p = dmd_setup_start;
	     p < dmd_setup_end; p++)
		if (p->early && !strcmp(p->str, name))
			p->setup_func((char *)value);
}

void dmd_boot_cmdline(const char *cmdline)
{
	char *word = cmdline_copy;

	memcpy(cmdline_copy, cmdline,
	       strnlen(cmdline, sizeof(cmdline_copy) - 1));
	while (*word) {
		char *end = word, *value = NULL;

		for (; *end && *end != ' '; end++)
			if (*end == '=' && !value) {
				*end = '\0';
				value = end + 1;
			}
		if (*end)
			*end++ = '\0';
		/* As the kernel does, a bare name is handed on with NULL. */
		dmd_early_parameter(word, value);
		dmd_set_parameter(word, value);
		word = end;
	}
}

static void name_it(char *name, char letter, u32 number)
{
	char digits[DMD_NAME_BYTES];
	u32 count = 0;

	do {
		digits[count++] = '0' + number % 10;
		number /= 10;
	} while (number);
	*name++ = letter;
	while (count)
		*name++ = digits[--count];
	*name = '\0';
}

#ifdef DMD_HAVE_RESTRICTED_POOL
static int set_up_pool(const struct of_device_id *id, struct reserved_mem *rmem)
{
#ifdef DMD_HAVE_RMEM_NODE_INIT
	const struct reserved_mem_ops *ops = id->data;
	int error = ops->node_init(0, rmem);

	if (!error)
		rmem->ops = ops;
	return error;
#else
	return ((reservedmem_of_init_fn)id->data)(rmem);
#endif
}

static int find_pool_driver(struct reserved_mem *rmem)
{
	for (const struct of_device_id *id = dmd_rmem_start; id < dmd_rmem_end;
	     id++)
		if (!strcmp(id->compatible, "restricted-dma-pool"))
			return set_up_pool(id, rmem);
	return -ENODEV;
}
#else
static int find_pool_driver(struct reserved_mem *rmem)
{
	return -ENODEV;
}
#endif

void dmd_boot_pool(u32 pool, const struct dmd_pool *declared,
		   struct dmd_result *result)
{
	struct dmd_machine_pool *own = &dmd_state->pools[pool];
	int error = -EINVAL;

	/* Traces call the first declared pool r0. */
	name_it(own->name, 'r', pool - 1);
	own->rmem.name = own->name;
	own->rmem.base = declared->base;
	own->rmem.size = declared->bytes;
	if (PAGE_ALIGNED(declared->base) && PAGE_ALIGNED(declared->bytes))
		error = dmd_regions_reserve(declared->base, declared->bytes);
	if (!error)
		error = find_pool_driver(&own->rmem);
	dmd_highmem_mark(declared->base, declared->bytes);
	own->usable = !error;
	dmd_set_errno(result, error);
}

void dmd_boot_machine(struct dmd_result *result)
{
	const struct dmd_machine *machine = &dmd_state->machine;
	bool late = machine->flags & DMD_MACHINE_LATE_INIT;
	int error = 0;

	dmd_xen_boot(machine);
	if (!late)
		error = dmd_swiotlb_boot(machine);
#ifdef CONFIG_DMA_API_DEBUG
	/* As start_kernel() does: debug.c keeps a tree of what is mapped. */
	radix_tree_init();
#endif
	for (initcall_entry_t *entry = dmd_initcall_start;
	     entry < dmd_initcall_end; entry++)
		initcall_from_entry(entry)();
	if (late)
		error = dmd_swiotlb_boot_late(machine);
	if (dmd_state->has_iommu) {
		int iommu_error = dmd_iommu_boot(dmd_state->is_lazy);

		error = error ? error : iommu_error;
	}
	dmd_set_errno(result, error);
	dmd_swiotlb_account(dmd_swiotlb_default(), result);
}

static int attach_pool(struct device *dev, u32 number)
{
	struct dmd_machine_pool *pool = &dmd_state->pools[number];
	int error;

	if (number >= dmd_state->pool_count || !pool->usable)
		return -ENODEV;
	error = pool->rmem.ops->device_init(&pool->rmem, dev);
	if (!error)
		pool->mem = dmd_swiotlb_of_device(dev);
	return error;
}

static void set_coherent(struct dmd_machine_device *own, bool coherent)
{
#if !defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE)
	/* All devices are. */
#elif defined(DMD_HAVE_DEVICE_FLAGS)
	dev_assign_dma_coherent(&own->pci.dev, coherent);
#else
	own->pci.dev.dma_coherent = coherent;
#endif
}

/* Memory that this device alone allocates from. */
static int declare_coherent(struct device *dev,
			    const struct dmd_device *declared)
{
	int error = dmd_regions_reserve(declared->coherent_base,
					declared->coherent_bytes);

	return error ? error
		     : dma_declare_coherent_memory(dev, declared->coherent_base,
						   declared->coherent_base,
						   declared->coherent_bytes);
}

static int attach_iommu(struct dmd_machine_device *own,
			const struct dmd_device *declared)
{
	struct device *dev = &own->pci.dev;
	bool pci =
		declared->iommu_flags & (DMD_IOMMU_PCI | DMD_IOMMU_UNTRUSTED);

	own->iommu = (struct dmd_mock_device){
		.sizes = declared->iommu_pgsizes,
		.resv_base = declared->resv_base,
		.resv_bytes = declared->resv_bytes,
		.mode = declared->iommu,
		.flags = declared->iommu_flags,
	};
	dev->bus = &platform_bus_type;
	dev->kobj.name = own->name;
	if (pci) {
#ifdef CONFIG_PCI
		own->pci.untrusted =
			!!(declared->iommu_flags & DMD_IOMMU_UNTRUSTED);
		dev->bus = &pci_bus_type;
#else
		return -EOPNOTSUPP;
#endif
	}
	return dmd_iommu_probe(dev);
}

static void keep_first(int *error, int next)
{
	if (!*error)
		*error = next;
}

void dmd_boot_device(u32 device, const struct dmd_device *declared,
		     struct dmd_result *result)
{
	struct dmd_machine_device *own = &dmd_state->devices[device];
	struct device *dev = dmd_device(device);
	int error = 0;

	name_it(own->name, 'd', device);
	dev->init_name = own->name;
	dev->dma_mask = &own->dma_mask;
	dev->dma_parms = &own->parms;
	own->dma_mask = DMA_BIT_MASK(32);
	dev->coherent_dma_mask = DMA_BIT_MASK(32);
	set_dev_node(dev, (int)declared->node);
	set_coherent(own, !declared->noncoherent);
	dmd_swiotlb_new_device(dev);
	if (declared->pool)
		error = attach_pool(dev, declared->pool);
	dev->bus_dma_limit = declared->bus_dma_limit;
	if (declared->xen) {
		own->is_of_xen = true;
		dmd_xen_attach(dev);
	}
	if (declared->iommu)
		keep_first(&error, attach_iommu(own, declared));
	dma_set_min_align_mask(dev, declared->min_align_mask);
	dma_set_seg_boundary(dev, declared->seg_boundary);
	dma_set_max_seg_size(dev, declared->max_segment_bytes);
	if (declared->coherent_mask)
		keep_first(&error,
			   dma_set_coherent_mask(dev, declared->coherent_mask));
	if (declared->coherent_bytes)
		keep_first(&error, declare_coherent(dev, declared));
	keep_first(&error, dma_set_mask(dev, declared->dma_mask));
	dmd_set_errno(result, error);
	dmd_swiotlb_account(dmd_swiotlb_of_device(dev), result);
}

void dmd_boot_buffer(u32 buffer, const struct dmd_buffer *declared,
		     struct dmd_result *result)
{
	int error = dmd_regions_reserve(declared->base, declared->bytes);

	dmd_highmem_mark(declared->base, declared->bytes);
	/* One that could not be had keeps no bytes: no operation finds it. */
	if (!error)
		dmd_state->buffers[buffer] = *declared;
	dmd_set_errno(result, error);
}
