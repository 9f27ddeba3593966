/* SPDX-License-Identifier: GPL-2.0-only */
/* Which pages are encrypted, SPEC.md "Encryption". */
#include <linux/device.h>
#include <linux/mm.h>

#include "encryption.h"
#include "services.h"

#ifdef CONFIG_ARCH_HAS_MEM_ENCRYPT
#include <asm/mem_encrypt.h>

enum { ENCRYPTED = 0, DECRYPTED = 1 };

static u8 *page_states;
static u64 total_pages;

void dmd_encryption_reset(u8 *states, u64 pages)
{
	page_states = states;
	total_pages = pages;
}

static int change(unsigned long addr, int numpages, u8 state)
{
	u64 base = __pa(addr), first = base >> PAGE_SHIFT;

	if (!PAGE_ALIGNED(base) || numpages < 0 || first >= total_pages ||
	    numpages > total_pages - first)
		dmd_misuse("encryption changed of what is not whole pages of "
			   "memory");
	for (u64 i = first; i < first + numpages; i++)
		page_states[i] = state;
	return 0;
}

int set_memory_encrypted(unsigned long addr, int numpages)
{
	return change(addr, numpages, ENCRYPTED);
}

int set_memory_decrypted(unsigned long addr, int numpages)
{
	return change(addr, numpages, DECRYPTED);
}

/* No device of such a machine can decrypt. */
bool force_dma_unencrypted(struct device *dev)
{
	return true;
}

/* Its argument is an enumeration that not every revision has. */
bool dmd_cc_platform_has(int attribute) __asm__("cc_platform_has");
bool dmd_cc_platform_has(int attribute)
{
	return true;
}

static bool all_are(u64 address, u64 size, u8 state)
{
	u64 end = (address + size + PAGE_SIZE - 1) >> PAGE_SHIFT;

	for (u64 i = address >> PAGE_SHIFT; i < end && i < total_pages; i++)
		if (page_states[i] != state)
			return false;
	return true;
}

bool dmd_is_shared(u64 address, u64 size)
{
	return all_are(address, size, DECRYPTED);
}

void dmd_require_encrypted(u64 address, u64 size)
{
	if (!all_are(address, size, ENCRYPTED))
		dmd_misuse("memory freed that is decrypted");
}
#else
void dmd_encryption_reset(u8 *states, u64 pages)
{
}

bool dmd_is_shared(u64 address, u64 size)
{
	return true;
}

void dmd_require_encrypted(u64 address, u64 size)
{
}
#endif
