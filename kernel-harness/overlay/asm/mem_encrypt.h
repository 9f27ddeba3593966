/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory is encrypted by its pages, SPEC.md "Encryption". */
#ifndef _ASM_MEM_ENCRYPT_H
#define _ASM_MEM_ENCRYPT_H

/* The state of a page is none of its address's business. */
#define sme_me_mask 0ULL

#define mem_encrypt_active() 1

int set_memory_encrypted(unsigned long addr, int numpages);
int set_memory_decrypted(unsigned long addr, int numpages);

#endif
