/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The modelled hypervisor, SPEC.md "Xen": which machine frame is behind which
 * frame of the guest. All frames have 4096 bytes, whatever a page of the guest
 * has.
 */
#ifndef DMD_XEN_FRAMES_H
#define DMD_XEN_FRAMES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

#define DMD_XEN_FRAME_SHIFT 12
#define DMD_XEN_FRAME (1ull << DMD_XEN_FRAME_SHIFT)

/* No frame. */
#define DMD_XEN_NO_FRAME (~0ull)

/*
 * A guest with so many frames; run: how many of them are contiguous in machine
 * memory, 0 when guest and machine frames are the same but for foreign ones.
 */
void dmd_xen_start(uint64_t frames, uint64_t run);

/* The machine frame behind a frame of the guest; the frame itself beyond the
 * guest's memory. */
uint64_t dmd_xen_machine_frame(uint64_t frame);

/* The guest's frame that a machine frame is behind, DMD_XEN_NO_FRAME when it is
 * not the guest's. A translated guest takes all machine frames for its own. */
uint64_t dmd_xen_guest_frame(uint64_t machine);

/* The same, as the guest tells its own from foreign ones. */
uint64_t dmd_xen_local_frame(uint64_t machine);

/* Which memory of the guest a device finds there, foreign frames included. */
uint64_t dmd_xen_reached_frame(uint64_t machine);

/* Puts another domain's frame behind one of the guest. Returns 0, or -1 when
 * that one was exchanged or the map is full. */
int dmd_xen_map_foreign(uint64_t frame, uint64_t machine);

/*
 * Exchanges the frames behind count frames of the guest, a power of two, for
 * contiguous ones below limit, aligned to their size. Returns the first, or
 * DMD_XEN_NO_FRAME when there are none.
 */
uint64_t dmd_xen_exchange(uint64_t frame, uint64_t count, uint64_t limit);

/* Puts back what was behind them. Returns 0, or -1 when they were not
 * exchanged. */
int dmd_xen_exchange_back(uint64_t frame);

#endif
