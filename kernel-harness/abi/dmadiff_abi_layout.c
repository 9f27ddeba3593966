/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Made by Dmadiff.BindingsGenerator from dmadiff_abi.h: edit that, and run it
 * again. The numbers are those that the C# side was made for.
 */
#include "dmadiff_abi.h"

#define STRUCT_ROW(type) .name = #type, .size = sizeof(struct type)
#define FIELD_ROW(type, field)                                                 \
	.name = #type "." #field,                                              \
	.offset = __builtin_offsetof(struct type, field),                      \
	.size = sizeof(((struct type *)0)->field)

static const struct dmd_layout layout[] = {
	{STRUCT_ROW(dmd_machine)},
	{FIELD_ROW(dmd_machine, memory_bytes)},
	{FIELD_ROW(dmd_machine, late_pool_bytes)},
	{FIELD_ROW(dmd_machine, cpus)},
	{FIELD_ROW(dmd_machine, flags)},
	{FIELD_ROW(dmd_machine, highmem_from)},
	{FIELD_ROW(dmd_machine, nodes)},
	{FIELD_ROW(dmd_machine, xen_run_bytes)},
	{STRUCT_ROW(dmd_pool)},
	{FIELD_ROW(dmd_pool, base)},
	{FIELD_ROW(dmd_pool, bytes)},
	{STRUCT_ROW(dmd_device)},
	{FIELD_ROW(dmd_device, dma_mask)},
	{FIELD_ROW(dmd_device, coherent_mask)},
	{FIELD_ROW(dmd_device, coherent_base)},
	{FIELD_ROW(dmd_device, coherent_bytes)},
	{FIELD_ROW(dmd_device, bus_dma_limit)},
	{FIELD_ROW(dmd_device, seg_boundary)},
	{FIELD_ROW(dmd_device, min_align_mask)},
	{FIELD_ROW(dmd_device, max_segment_bytes)},
	{FIELD_ROW(dmd_device, pool)},
	{FIELD_ROW(dmd_device, iommu)},
	{FIELD_ROW(dmd_device, iommu_pgsizes)},
	{FIELD_ROW(dmd_device, resv_base)},
	{FIELD_ROW(dmd_device, resv_bytes)},
	{FIELD_ROW(dmd_device, iommu_flags)},
	{FIELD_ROW(dmd_device, noncoherent)},
	{FIELD_ROW(dmd_device, node)},
	{FIELD_ROW(dmd_device, xen)},
	{STRUCT_ROW(dmd_buffer)},
	{FIELD_ROW(dmd_buffer, base)},
	{FIELD_ROW(dmd_buffer, bytes)},
	{STRUCT_ROW(dmd_op)},
	{FIELD_ROW(dmd_op, kind)},
	{FIELD_ROW(dmd_op, device)},
	{FIELD_ROW(dmd_op, mapping)},
	{FIELD_ROW(dmd_op, buffer)},
	{FIELD_ROW(dmd_op, offset)},
	{FIELD_ROW(dmd_op, size)},
	{FIELD_ROW(dmd_op, arg)},
	{FIELD_ROW(dmd_op, direction)},
	{FIELD_ROW(dmd_op, attrs)},
	{STRUCT_ROW(dmd_result)},
	{FIELD_ROW(dmd_result, status)},
	{FIELD_ROW(dmd_result, error)},
	{FIELD_ROW(dmd_result, value)},
	{FIELD_ROW(dmd_result, data_digest)},
	{FIELD_ROW(dmd_result, slot_digest)},
	{FIELD_ROW(dmd_result, log_digest)},
	{FIELD_ROW(dmd_result, used)},
	{FIELD_ROW(dmd_result, hiwater)},
	{FIELD_ROW(dmd_result, area)},
	{FIELD_ROW(dmd_result, area_used)},
	{FIELD_ROW(dmd_result, area_index)},
	{FIELD_ROW(dmd_result, log_lines)},
	{STRUCT_ROW(dmd_pool_state)},
	{FIELD_ROW(dmd_pool_state, start)},
	{FIELD_ROW(dmd_pool_state, bytes)},
	{FIELD_ROW(dmd_pool_state, nslabs)},
	{FIELD_ROW(dmd_pool_state, used)},
	{FIELD_ROW(dmd_pool_state, hiwater)},
	{FIELD_ROW(dmd_pool_state, nareas)},
	{FIELD_ROW(dmd_pool_state, area_nslabs)},
	{FIELD_ROW(dmd_pool_state, force_bounce)},
	{FIELD_ROW(dmd_pool_state, for_alloc)},
	{FIELD_ROW(dmd_pool_state, owner)},
	{FIELD_ROW(dmd_pool_state, device)},
	{STRUCT_ROW(dmd_area_state)},
	{FIELD_ROW(dmd_area_state, used)},
	{FIELD_ROW(dmd_area_state, index)},
	{FIELD_ROW(dmd_area_state, padding)},
	{STRUCT_ROW(dmd_slot_state)},
	{FIELD_ROW(dmd_slot_state, orig_addr)},
	{FIELD_ROW(dmd_slot_state, alloc_size)},
	{FIELD_ROW(dmd_slot_state, list)},
	{FIELD_ROW(dmd_slot_state, pad_slots)},
	{STRUCT_ROW(dmd_iova_domain_state)},
	{FIELD_ROW(dmd_iova_domain_state, granule)},
	{FIELD_ROW(dmd_iova_domain_state, start_pfn)},
	{FIELD_ROW(dmd_iova_domain_state, dma_32bit_pfn)},
	{FIELD_ROW(dmd_iova_domain_state, max32_alloc_size)},
	{FIELD_ROW(dmd_iova_domain_state, cached_pfn)},
	{FIELD_ROW(dmd_iova_domain_state, cached32_pfn)},
	{FIELD_ROW(dmd_iova_domain_state, nodes)},
	{FIELD_ROW(dmd_iova_domain_state, has_rcaches)},
	{FIELD_ROW(dmd_iova_domain_state, padding)},
	{STRUCT_ROW(dmd_iova_node_state)},
	{FIELD_ROW(dmd_iova_node_state, pfn_lo)},
	{FIELD_ROW(dmd_iova_node_state, pfn_hi)},
	{STRUCT_ROW(dmd_iova_magazine_state)},
	{FIELD_ROW(dmd_iova_magazine_state, digest)},
	{FIELD_ROW(dmd_iova_magazine_state, order)},
	{FIELD_ROW(dmd_iova_magazine_state, cpu)},
	{FIELD_ROW(dmd_iova_magazine_state, place)},
	{FIELD_ROW(dmd_iova_magazine_state, count)},
	{STRUCT_ROW(dmd_covered_function)},
	{FIELD_ROW(dmd_covered_function, ident)},
	{FIELD_ROW(dmd_covered_function, lineno_checksum)},
	{FIELD_ROW(dmd_covered_function, cfg_checksum)},
	{FIELD_ROW(dmd_covered_function, counters)},
	{STRUCT_ROW(dmd_leak)},
	{FIELD_ROW(dmd_leak, allocated_at)},
	{FIELD_ROW(dmd_leak, bytes)},
	{STRUCT_ROW(dmd_crash)},
	{FIELD_ROW(dmd_crash, kind)},
	{FIELD_ROW(dmd_crash, signal)},
	{FIELD_ROW(dmd_crash, fault_address)},
	{FIELD_ROW(dmd_crash, library_offset)},
	{FIELD_ROW(dmd_crash, op)},
	{FIELD_ROW(dmd_crash, line)},
	{FIELD_ROW(dmd_crash, fault)},
	{FIELD_ROW(dmd_crash, padding)},
	{FIELD_ROW(dmd_crash, function)},
	{FIELD_ROW(dmd_crash, file)},
	{FIELD_ROW(dmd_crash, message)},
	{STRUCT_ROW(dmd_layout)},
	{FIELD_ROW(dmd_layout, name)},
	{FIELD_ROW(dmd_layout, offset)},
	{FIELD_ROW(dmd_layout, size)},
	{STRUCT_ROW(dmd_report)},
	{FIELD_ROW(dmd_report, step)},
	{FIELD_ROW(dmd_report, object)},
	{FIELD_ROW(dmd_report, object_bytes)},
	{FIELD_ROW(dmd_report, position)},
	{FIELD_ROW(dmd_report, access_bytes)},
	{FIELD_ROW(dmd_report, is_write)},
	{FIELD_ROW(dmd_report, is_freed)},
	{FIELD_ROW(dmd_report, allocated_at)},
	{FIELD_ROW(dmd_report, freed_at)},
	{FIELD_ROW(dmd_report, frames)},
	{FIELD_ROW(dmd_report, message)},
	{STRUCT_ROW(dmd_call)},
	{FIELD_ROW(dmd_call, kind)},
	{FIELD_ROW(dmd_call, index)},
	{FIELD_ROW(dmd_call, first)},
	{FIELD_ROW(dmd_call, count)},
	{FIELD_ROW(dmd_call, pool_count)},
	{FIELD_ROW(dmd_call, device_count)},
	{FIELD_ROW(dmd_call, buffer_count)},
	{FIELD_ROW(dmd_call, value)},
	{FIELD_ROW(dmd_call, died_at)},
	{FIELD_ROW(dmd_call, died_of)},
	{FIELD_ROW(dmd_call, system_call)},
	{FIELD_ROW(dmd_call, is_fatal)},
	{FIELD_ROW(dmd_call, report_count)},
	{FIELD_ROW(dmd_call, outcome)},
	{STRUCT_ROW(dmd_repeated)},
	{FIELD_ROW(dmd_repeated, kind)},
	{FIELD_ROW(dmd_repeated, index)},
	{FIELD_ROW(dmd_repeated, first)},
	{FIELD_ROW(dmd_repeated, count)},
	{FIELD_ROW(dmd_repeated, outcome)},
};

const struct dmd_layout *dmd_abi_layout(uint32_t *rows)
{
	*rows = sizeof(layout) / sizeof(layout[0]);
	return layout;
}

#define STRUCT_IS(type, bytes)                                                 \
	_Static_assert(sizeof(struct type) == (bytes),                         \
		       "size of " #type " differs from C#")
#define FIELD_IS(type, field, offset, bytes)                                   \
	_Static_assert(__builtin_offsetof(struct type, field) == (offset) &&   \
			       sizeof(((struct type *)0)->field) == (bytes),   \
		       "place of " #type "." #field " differs from C#")

STRUCT_IS(dmd_machine, 40);
FIELD_IS(dmd_machine, memory_bytes, 0, 8);
FIELD_IS(dmd_machine, late_pool_bytes, 8, 8);
FIELD_IS(dmd_machine, cpus, 16, 4);
FIELD_IS(dmd_machine, flags, 20, 4);
FIELD_IS(dmd_machine, highmem_from, 24, 8);
FIELD_IS(dmd_machine, nodes, 32, 4);
FIELD_IS(dmd_machine, xen_run_bytes, 36, 4);
STRUCT_IS(dmd_pool, 16);
FIELD_IS(dmd_pool, base, 0, 8);
FIELD_IS(dmd_pool, bytes, 8, 8);
STRUCT_IS(dmd_device, 104);
FIELD_IS(dmd_device, dma_mask, 0, 8);
FIELD_IS(dmd_device, coherent_mask, 8, 8);
FIELD_IS(dmd_device, coherent_base, 16, 8);
FIELD_IS(dmd_device, coherent_bytes, 24, 8);
FIELD_IS(dmd_device, bus_dma_limit, 32, 8);
FIELD_IS(dmd_device, seg_boundary, 40, 8);
FIELD_IS(dmd_device, min_align_mask, 48, 4);
FIELD_IS(dmd_device, max_segment_bytes, 52, 4);
FIELD_IS(dmd_device, pool, 56, 4);
FIELD_IS(dmd_device, iommu, 60, 4);
FIELD_IS(dmd_device, iommu_pgsizes, 64, 8);
FIELD_IS(dmd_device, resv_base, 72, 8);
FIELD_IS(dmd_device, resv_bytes, 80, 8);
FIELD_IS(dmd_device, iommu_flags, 88, 4);
FIELD_IS(dmd_device, noncoherent, 92, 4);
FIELD_IS(dmd_device, node, 96, 4);
FIELD_IS(dmd_device, xen, 100, 4);
STRUCT_IS(dmd_buffer, 16);
FIELD_IS(dmd_buffer, base, 0, 8);
FIELD_IS(dmd_buffer, bytes, 8, 8);
STRUCT_IS(dmd_op, 48);
FIELD_IS(dmd_op, kind, 0, 4);
FIELD_IS(dmd_op, device, 4, 4);
FIELD_IS(dmd_op, mapping, 8, 4);
FIELD_IS(dmd_op, buffer, 12, 4);
FIELD_IS(dmd_op, offset, 16, 8);
FIELD_IS(dmd_op, size, 24, 8);
FIELD_IS(dmd_op, arg, 32, 8);
FIELD_IS(dmd_op, direction, 40, 4);
FIELD_IS(dmd_op, attrs, 44, 4);
STRUCT_IS(dmd_result, 72);
FIELD_IS(dmd_result, status, 0, 4);
FIELD_IS(dmd_result, error, 4, 4);
FIELD_IS(dmd_result, value, 8, 8);
FIELD_IS(dmd_result, data_digest, 16, 8);
FIELD_IS(dmd_result, slot_digest, 24, 8);
FIELD_IS(dmd_result, log_digest, 32, 8);
FIELD_IS(dmd_result, used, 40, 8);
FIELD_IS(dmd_result, hiwater, 48, 8);
FIELD_IS(dmd_result, area, 56, 4);
FIELD_IS(dmd_result, area_used, 60, 4);
FIELD_IS(dmd_result, area_index, 64, 4);
FIELD_IS(dmd_result, log_lines, 68, 4);
STRUCT_IS(dmd_pool_state, 64);
FIELD_IS(dmd_pool_state, start, 0, 8);
FIELD_IS(dmd_pool_state, bytes, 8, 8);
FIELD_IS(dmd_pool_state, nslabs, 16, 8);
FIELD_IS(dmd_pool_state, used, 24, 8);
FIELD_IS(dmd_pool_state, hiwater, 32, 8);
FIELD_IS(dmd_pool_state, nareas, 40, 4);
FIELD_IS(dmd_pool_state, area_nslabs, 44, 4);
FIELD_IS(dmd_pool_state, force_bounce, 48, 4);
FIELD_IS(dmd_pool_state, for_alloc, 52, 4);
FIELD_IS(dmd_pool_state, owner, 56, 4);
FIELD_IS(dmd_pool_state, device, 60, 4);
STRUCT_IS(dmd_area_state, 16);
FIELD_IS(dmd_area_state, used, 0, 8);
FIELD_IS(dmd_area_state, index, 8, 4);
FIELD_IS(dmd_area_state, padding, 12, 4);
STRUCT_IS(dmd_slot_state, 24);
FIELD_IS(dmd_slot_state, orig_addr, 0, 8);
FIELD_IS(dmd_slot_state, alloc_size, 8, 8);
FIELD_IS(dmd_slot_state, list, 16, 4);
FIELD_IS(dmd_slot_state, pad_slots, 20, 4);
STRUCT_IS(dmd_iova_domain_state, 64);
FIELD_IS(dmd_iova_domain_state, granule, 0, 8);
FIELD_IS(dmd_iova_domain_state, start_pfn, 8, 8);
FIELD_IS(dmd_iova_domain_state, dma_32bit_pfn, 16, 8);
FIELD_IS(dmd_iova_domain_state, max32_alloc_size, 24, 8);
FIELD_IS(dmd_iova_domain_state, cached_pfn, 32, 8);
FIELD_IS(dmd_iova_domain_state, cached32_pfn, 40, 8);
FIELD_IS(dmd_iova_domain_state, nodes, 48, 8);
FIELD_IS(dmd_iova_domain_state, has_rcaches, 56, 4);
FIELD_IS(dmd_iova_domain_state, padding, 60, 4);
STRUCT_IS(dmd_iova_node_state, 16);
FIELD_IS(dmd_iova_node_state, pfn_lo, 0, 8);
FIELD_IS(dmd_iova_node_state, pfn_hi, 8, 8);
STRUCT_IS(dmd_iova_magazine_state, 24);
FIELD_IS(dmd_iova_magazine_state, digest, 0, 8);
FIELD_IS(dmd_iova_magazine_state, order, 8, 4);
FIELD_IS(dmd_iova_magazine_state, cpu, 12, 4);
FIELD_IS(dmd_iova_magazine_state, place, 16, 4);
FIELD_IS(dmd_iova_magazine_state, count, 20, 4);
STRUCT_IS(dmd_covered_function, 16);
FIELD_IS(dmd_covered_function, ident, 0, 4);
FIELD_IS(dmd_covered_function, lineno_checksum, 4, 4);
FIELD_IS(dmd_covered_function, cfg_checksum, 8, 4);
FIELD_IS(dmd_covered_function, counters, 12, 4);
STRUCT_IS(dmd_leak, 16);
FIELD_IS(dmd_leak, allocated_at, 0, 8);
FIELD_IS(dmd_leak, bytes, 8, 8);
STRUCT_IS(dmd_crash, 424);
FIELD_IS(dmd_crash, kind, 0, 4);
FIELD_IS(dmd_crash, signal, 4, 4);
FIELD_IS(dmd_crash, fault_address, 8, 8);
FIELD_IS(dmd_crash, library_offset, 16, 8);
FIELD_IS(dmd_crash, op, 24, 4);
FIELD_IS(dmd_crash, line, 28, 4);
FIELD_IS(dmd_crash, fault, 32, 4);
FIELD_IS(dmd_crash, padding, 36, 4);
FIELD_IS(dmd_crash, function, 40, 64);
FIELD_IS(dmd_crash, file, 104, 128);
FIELD_IS(dmd_crash, message, 232, 192);
STRUCT_IS(dmd_layout, 72);
FIELD_IS(dmd_layout, name, 0, 64);
FIELD_IS(dmd_layout, offset, 64, 4);
FIELD_IS(dmd_layout, size, 68, 4);
STRUCT_IS(dmd_report, 312);
FIELD_IS(dmd_report, step, 0, 4);
FIELD_IS(dmd_report, object, 4, 4);
FIELD_IS(dmd_report, object_bytes, 8, 8);
FIELD_IS(dmd_report, position, 16, 8);
FIELD_IS(dmd_report, access_bytes, 24, 8);
FIELD_IS(dmd_report, is_write, 32, 4);
FIELD_IS(dmd_report, is_freed, 36, 4);
FIELD_IS(dmd_report, allocated_at, 40, 8);
FIELD_IS(dmd_report, freed_at, 48, 8);
FIELD_IS(dmd_report, frames, 56, 64);
FIELD_IS(dmd_report, message, 120, 192);
STRUCT_IS(dmd_call, 72);
FIELD_IS(dmd_call, kind, 0, 4);
FIELD_IS(dmd_call, index, 4, 4);
FIELD_IS(dmd_call, first, 8, 8);
FIELD_IS(dmd_call, count, 16, 4);
FIELD_IS(dmd_call, pool_count, 20, 4);
FIELD_IS(dmd_call, device_count, 24, 4);
FIELD_IS(dmd_call, buffer_count, 28, 4);
FIELD_IS(dmd_call, value, 32, 8);
FIELD_IS(dmd_call, died_at, 40, 8);
FIELD_IS(dmd_call, died_of, 48, 4);
FIELD_IS(dmd_call, system_call, 52, 4);
FIELD_IS(dmd_call, is_fatal, 56, 4);
FIELD_IS(dmd_call, report_count, 60, 4);
FIELD_IS(dmd_call, outcome, 64, 8);
STRUCT_IS(dmd_repeated, 32);
FIELD_IS(dmd_repeated, kind, 0, 4);
FIELD_IS(dmd_repeated, index, 4, 4);
FIELD_IS(dmd_repeated, first, 8, 8);
FIELD_IS(dmd_repeated, count, 16, 8);
FIELD_IS(dmd_repeated, outcome, 24, 8);
