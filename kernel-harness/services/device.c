/* SPDX-License-Identifier: GPL-2.0-only */
/* The little of the driver core that DMA code asks for: names in messages. */
#include <linux/device.h>
#include <linux/sched.h>

#include "services.h"

struct task_struct dmd_current;

const char *dev_driver_string(const struct device *dev)
{
	return "dmadiff";
}

#define DMD_DEV_PRINT(function, lead)                                          \
	void function(const struct device *dev, const char *format, ...)       \
	{                                                                      \
		struct va_format text = {.fmt = format};                       \
		va_list args;                                                  \
                                                                               \
		va_start(args, format);                                        \
		text.va = &args;                                               \
		dmd_log(lead " ", "%s %s: %pV", dev_driver_string(dev),        \
			dev_name(dev), &text);                                 \
		va_end(args);                                                  \
	}

DMD_DEV_PRINT(_dev_crit, "2")
DMD_DEV_PRINT(_dev_err, "3")
DMD_DEV_PRINT(_dev_warn, "4")
DMD_DEV_PRINT(_dev_notice, "5")
DMD_DEV_PRINT(_dev_info, "6")
