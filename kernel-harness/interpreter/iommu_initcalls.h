/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Puts initcalls in a table of their own: a machine without an IOMMU neither
 * runs them nor logs what they say.
 */
#ifndef DMD_IOMMU_INITCALLS_H
#define DMD_IOMMU_INITCALLS_H

#include <linux/init.h>

#define DMD_IOMMU_INITCALL(function, level)                                    \
	static initcall_t dmd_initcall_##function                              \
		__attribute__((used, section(".dmd.iommu.initcall" level))) =  \
			function

#undef core_initcall
#undef postcore_initcall
#undef arch_initcall
#undef subsys_initcall
#undef late_initcall
#define core_initcall(function) DMD_IOMMU_INITCALL(function, "1")
#define postcore_initcall(function) DMD_IOMMU_INITCALL(function, "2")
#define arch_initcall(function) DMD_IOMMU_INITCALL(function, "3")
#define subsys_initcall(function) DMD_IOMMU_INITCALL(function, "4")
#define late_initcall(function) DMD_IOMMU_INITCALL(function, "7")

#endif
