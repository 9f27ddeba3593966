/* SPDX-License-Identifier: GPL-2.0-only */
/* One flag a machine: nothing interrupts, but code may ask and must balance. */
#ifndef _ASM_IRQFLAGS_H
#define _ASM_IRQFLAGS_H

extern unsigned long dmd_irqs_disabled;

static inline unsigned long arch_local_save_flags(void)
{
	return dmd_irqs_disabled;
}

static inline void arch_local_irq_restore(unsigned long flags)
{
	dmd_irqs_disabled = flags;
}

static inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = dmd_irqs_disabled;

	dmd_irqs_disabled = 1;
	return flags;
}

static inline void arch_local_irq_disable(void)
{
	dmd_irqs_disabled = 1;
}

static inline void arch_local_irq_enable(void)
{
	dmd_irqs_disabled = 0;
}

static inline int arch_irqs_disabled_flags(unsigned long flags)
{
	return flags != 0;
}

static inline int arch_irqs_disabled(void)
{
	return dmd_irqs_disabled != 0;
}

#define ARCH_IRQ_DISABLED 1UL
#define ARCH_IRQ_ENABLED 0UL

#endif
