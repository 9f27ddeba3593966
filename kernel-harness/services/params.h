/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters of the kernel's files, by their names on the command line. */
#ifndef DMD_PARAMS_H
#define DMD_PARAMS_H

/* A word of the command line; value is NULL without a "=". What is no number,
 * or too large, and what is no parameter, changes nothing. */
void dmd_set_parameter(const char *name, const char *value);

#endif
