/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMD_DEBUGFS_H
#define DMD_DEBUGFS_H

#include <linux/types.h>

/* Both return -ENOENT when no file of that name was made for data; reading
 * goes through the file's own operations. data tells pools apart. */
int dmd_debugfs_read(const char *directory, const char *name, u64 *value);
int dmd_debugfs_write(const char *directory, const char *name, u64 value);

#endif
