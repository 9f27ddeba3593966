/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CONFIG_MMU is off: no code under test walks CPU page tables, and the headers
 * that do are the ones that drift most between revisions.
 */
#ifndef _ASM_PGTABLE_H
#define _ASM_PGTABLE_H

#include <asm/page.h>
#include <asm-generic/pgtable-nopud.h>

#define VMALLOC_START 0UL
#define VMALLOC_END (~0UL)

#define PAGE_NONE __pgprot(0)
#define PAGE_SHARED __pgprot(0)
#define PAGE_COPY __pgprot(0)
#define PAGE_READONLY __pgprot(0)
#define PAGE_KERNEL __pgprot(0)
#define PAGE_KERNEL_EXEC __pgprot(0)
#define PAGE_UNCACHED __pgprot(1)
#define pgprot_noncached(prot)                                                 \
	__pgprot(pgprot_val(prot) | pgprot_val(PAGE_UNCACHED))

#define swapper_pg_dir ((pgd_t *)0)
#define ZERO_PAGE(vaddr) pfn_to_page(0)

#endif
