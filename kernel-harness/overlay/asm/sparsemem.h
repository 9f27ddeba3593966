/* SPDX-License-Identifier: GPL-2.0-only */
/* The page map is flat; only its node's number is asked for here. */
#ifndef _ASM_SPARSEMEM_H
#define _ASM_SPARSEMEM_H

#endif
