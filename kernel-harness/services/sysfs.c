/* SPDX-License-Identifier: GPL-2.0-only */
/* A sysfs that nobody looks into: files and links are made, and that is all. */
#include "services.h"

#include <errno.h>
#include <stddef.h>

int sysfs_create_file_ns(void *object, const void *attribute, const void *ns)
{
	(void)object;
	(void)attribute;
	(void)ns;
	return 0;
}

void sysfs_remove_file_ns(void *object, const void *attribute, const void *ns)
{
	(void)object;
	(void)attribute;
	(void)ns;
}

int sysfs_create_link(void *object, void *target, const char *name)
{
	(void)object;
	(void)target;
	(void)name;
	return 0;
}

int sysfs_create_link_nowarn(void *object, void *target, const char *name)
{
	return sysfs_create_link(object, target, name);
}

void sysfs_remove_link(void *object, const char *name)
{
	(void)object;
	(void)name;
}

/* No device has properties either. */
int device_property_read_u32_array(const void *device, const char *name,
				   uint32_t *values, size_t count)
{
	(void)device;
	(void)name;
	(void)values;
	(void)count;
	return -EINVAL;
}

int iommu_device_link(void *iommu, void *device)
{
	(void)iommu;
	(void)device;
	return 0;
}

void iommu_device_unlink(void *iommu, void *device)
{
	(void)iommu;
	(void)device;
}
