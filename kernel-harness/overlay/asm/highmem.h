/* SPDX-License-Identifier: GPL-2.0-only */
/* Mappings of high memory are the services' (highmem.c). */
#ifndef _ASM_HIGHMEM_H
#define _ASM_HIGHMEM_H

/* kmap() has no window of its own. */
#define LAST_PKMAP 0
#define PKMAP_ADDR(nr) ((unsigned long)(nr))
#define FIX_KMAP_BEGIN 0
#define FIX_KMAP_END 0
#define __fix_to_virt(slot) ((unsigned long)(slot))

#ifndef kmap_prot
#define kmap_prot __pgprot(0)
#endif

#endif
