/* SPDX-License-Identifier: GPL-2.0-only */
/* The IOTLB: as large as ever needed, so that only a flush makes it forget. */
#include "mock_iommu.h"
#include "mock_memory.h"
#include "services.h"

#define NO_ENTRY 0u
#define BUCKETS (1u << DMD_ENTRY_BUCKET_BITS)

struct dmd_iommu_memory *dmd_iommu_memory;

_Static_assert(sizeof(struct dmd_iommu_memory) <= DMD_IOMMU_BYTES,
	       "the mock IOMMU fits");

void dmd_iommu_hardware_reset(void *memory)
{
	dmd_iommu_memory = memory;
}

static uint32_t bucket_of(uint32_t domain, uint64_t iova)
{
	uint64_t h = (iova ^ (uint64_t)domain << 52) * 0x9E3779B97F4A7C15ull;

	return (uint32_t)(h >> (64 - DMD_ENTRY_BUCKET_BITS));
}

static struct dmd_entry *entry_at(uint32_t index)
{
	return &dmd_iommu_memory->entries[index];
}

static struct dmd_entry *find(uint32_t domain, uint64_t iova)
{
	uint32_t index = dmd_iommu_memory->entry_heads[bucket_of(domain, iova)];

	for (; index != NO_ENTRY; index = entry_at(index)->next)
		if (entry_at(index)->iova == iova &&
		    entry_at(index)->domain == domain)
			return entry_at(index);
	return NULL;
}

static void add(uint32_t domain, uint64_t iova, struct dmd_translation found)
{
	struct dmd_iommu_memory *memory = dmd_iommu_memory;
	uint32_t *head = &memory->entry_heads[bucket_of(domain, iova)];
	uint32_t index = memory->free_entry;

	if (index != NO_ENTRY)
		memory->free_entry = entry_at(index)->next;
	else if (memory->entry_count + 1 < DMD_MAX_ENTRIES)
		index = ++memory->entry_count;
	else
		return; /* it holds 256 MiB: the rest is not cached */
	*entry_at(index) = (struct dmd_entry){
		.iova = iova,
		.phys = found.phys,
		.domain = domain,
		.access = found.access,
		.present = found.present,
		.next = *head,
	};
	*head = index;
	memory->held++;
}

static void remove_at(uint32_t *link)
{
	uint32_t index = *link;

	*link = entry_at(index)->next;
	entry_at(index)->present = 0;
	entry_at(index)->next = dmd_iommu_memory->free_entry;
	dmd_iommu_memory->free_entry = index;
	dmd_iommu_memory->held--;
}

struct dmd_translation dmd_iotlb_translate(uint32_t domain, uint64_t sizes,
					   uint64_t iova, int caches_absent)
{
	uint64_t granule = iova & ~(DMD_GRANULE - 1);
	const struct dmd_entry *entry = find(domain, granule);
	struct dmd_translation found;

	if (entry)
		return (struct dmd_translation){
			.phys = entry->phys,
			.access = entry->access,
			.present = entry->present,
		};
	found = dmd_page_table_walk(domain, sizes, granule);
	if (found.present || caches_absent)
		add(domain, granule, found);
	return found;
}

static int is_inside(const struct dmd_entry *entry, uint32_t domain,
		     uint64_t iova, uint64_t size)
{
	return entry->domain == domain &&
	       entry->iova + (DMD_GRANULE - 1) >= iova &&
	       entry->iova <= iova + (size - 1);
}

static void forget(uint32_t domain, uint64_t iova, uint64_t size, int present)
{
	for (uint32_t b = 0; size && dmd_iommu_memory->held && b < BUCKETS;
	     b++) {
		uint32_t *link = &dmd_iommu_memory->entry_heads[b];

		while (*link != NO_ENTRY) {
			struct dmd_entry *entry = entry_at(*link);

			if (is_inside(entry, domain, iova, size) &&
			    (present || !entry->present))
				remove_at(link);
			else
				link = &entry->next;
		}
	}
}

void dmd_iotlb_flush(uint32_t domain, uint64_t iova, uint64_t size)
{
	forget(domain, iova, size, 1);
}

void dmd_iotlb_flush_absent(uint32_t domain, uint64_t iova, uint64_t size)
{
	forget(domain, iova, size, 0);
}

uint64_t dmd_iotlb_held(uint32_t domain, uint64_t iova, uint64_t size)
{
	uint64_t held = 0;

	for (uint32_t i = 1;
	     dmd_iommu_memory->held && i <= dmd_iommu_memory->entry_count;
	     i++) {
		const struct dmd_entry *entry = entry_at(i);

		held += entry->present && is_inside(entry, domain, iova, size);
	}
	return held;
}

/* Counts entries of a kind that the page table disagrees with. */
static uint64_t disagreeing(uint32_t domain, uint64_t sizes, uint32_t present)
{
	uint64_t count = 0;

	for (uint32_t b = 0; dmd_iommu_memory->held && b < BUCKETS; b++) {
		uint32_t i = dmd_iommu_memory->entry_heads[b];

		for (; i != NO_ENTRY; i = entry_at(i)->next) {
			const struct dmd_entry *entry = entry_at(i);
			struct dmd_translation now;

			if (entry->domain != domain ||
			    entry->present != present)
				continue;
			now = dmd_page_table_walk(domain, sizes, entry->iova);
			count += now.present != present ||
				 (present && now.phys != entry->phys);
		}
	}
	return count;
}

uint64_t dmd_iotlb_stale(uint32_t domain, uint64_t sizes)
{
	return disagreeing(domain, sizes, 1);
}

uint64_t dmd_iotlb_absent(uint32_t domain, uint64_t sizes)
{
	return disagreeing(domain, sizes, 0);
}
