/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_MMZONE_H
#define _ASM_MMZONE_H

/* Nobody looks at a zone: nodes are the page allocator's alone. */
extern struct pglist_data *dmd_node_data[];
#define NODE_DATA(nid) (dmd_node_data[nid])

#endif
