/* SPDX-License-Identifier: GPL-2.0-only */
#include "bus_address.h"

#include "machine.h"
#include "xen_view.h"

#define FRAME_BYTES 4096

static bool is_of_xen(const struct device *dev)
{
	return container_of(dev, struct dmd_machine_device, pci.dev)->is_of_xen;
}

u64 dmd_bus_resolve(struct device *dev, u64 address)
{
	return is_of_xen(dev) ? dmd_xen_reached(address)
			      : dmd_iommu_resolve(dev, address);
}

static u64 translate_frames(u64 address, u64 size, u64 *phys)
{
	u64 done = 0;

	*phys = DMD_NO_ADDRESS;
	while (done < size) {
		u64 at = address + done, here = dmd_xen_reached(at);

		if (here == DMD_NO_ADDRESS || (done && here != *phys + done))
			break;
		if (!done)
			*phys = here;
		done += FRAME_BYTES - at % FRAME_BYTES;
	}
	return min(done, size);
}

u64 dmd_bus_translate(struct device *dev, u64 address, u64 size, bool write,
		      u64 *phys)
{
	return is_of_xen(dev)
		       ? translate_frames(address, size, phys)
		       : dmd_iommu_translate(dev, address, size, write, phys);
}
