/* SPDX-License-Identifier: GPL-2.0-only */
/* Mappings of high memory are the services' (highmem.c). */
#ifndef _ASM_HIGHMEM_H
#define _ASM_HIGHMEM_H

/* kmap() has no window of its own. */
#define LAST_PKMAP 0
#define PKMAP_ADDR(nr) ((unsigned long)(nr))

#ifndef kmap_prot
#define kmap_prot __pgprot(0)
#endif

#endif
