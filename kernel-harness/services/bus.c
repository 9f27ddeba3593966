/* SPDX-License-Identifier: GPL-2.0-only */
/* Two buses, whose devices the interpreter announces itself, and a PCI host
 * bridge without windows. */
#include <linux/device.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "services.h"

__typeof__(platform_bus_type) platform_bus_type = {.name = "platform"};

int dmd_bus_register_notifier(
	const struct bus_type *bus,
	struct notifier_block *block) __asm__("bus_register_notifier");
int dmd_bus_register_notifier(const struct bus_type *bus,
			      struct notifier_block *block)
{
	return 0;
}

/* No device is there yet when an IOMMU driver registers. Later one may be
 * shown.
 */
static struct device *shown;

void dmd_bus_show(struct device *dev)
{
	shown = dev;
}

int dmd_bus_for_each_dev(const struct bus_type *bus, struct device *start,
			 void *data,
			 int (*call)(struct device *, void *)) __asm__("bus_for"
								       "_each_"
								       "dev");
int dmd_bus_for_each_dev(const struct bus_type *bus, struct device *start,
			 void *data, int (*call)(struct device *, void *))
{
	return shown && shown->bus == bus ? call(shown, data) : 0;
}

#ifdef CONFIG_PCI
__typeof__(pci_bus_type) pci_bus_type = {.name = "pci"};

struct pci_host_bridge *pci_find_host_bridge(struct pci_bus *bus)
{
	static struct pci_host_bridge bridge;

	INIT_LIST_HEAD(&bridge.windows);
	INIT_LIST_HEAD(&bridge.dma_ranges);
	return &bridge;
}
#endif
