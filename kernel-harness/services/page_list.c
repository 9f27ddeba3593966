/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of page table pages to free, that only drivers with page tables in
 * memory of the kernel put something on. */
#include "services.h"

struct list_head {
	struct list_head *next, *prev;
};

void put_pages_list(struct list_head *pages)
{
	if (pages->next != pages)
		dmd_missing_service("put_pages_list");
}

void iommu_put_pages_list(struct list_head *pages)
{
	if (pages->next != pages)
		dmd_missing_service("iommu_put_pages_list");
}
