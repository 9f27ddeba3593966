// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Frozen;

namespace Dmadiff.Diff.Findings;

/// <summary>The kernel functions that operations call: the place of a finding when nothing
/// closer is known.</summary>
public static class KernelCalls
{
    private static readonly FrozenDictionary<string, string> ByWord =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["map"] = "dma_map_page_attrs",
            ["unmap"] = "dma_unmap_page_attrs",
            ["sync_for_cpu"] = "swiotlb_bounce",
            ["sync_for_device"] = "swiotlb_bounce",
            ["swiotlb_map"] = "swiotlb_tbl_map_single",
            ["swiotlb_unmap"] = "swiotlb_tbl_unmap_single",
            ["swiotlb_sync_for_cpu"] = "swiotlb_bounce",
            ["swiotlb_sync_for_device"] = "swiotlb_bounce",
            ["swiotlb_alloc"] = "swiotlb_alloc",
            ["swiotlb_free"] = "swiotlb_free",
            ["max_mapping_size"] = "dma_max_mapping_size",
            ["debugfs_read"] = "swiotlb_create_debugfs_files",
            ["debugfs_write"] = "swiotlb_create_debugfs_files",
            ["boot cmdline"] = "setup_io_tlb_npages",
            ["boot machine"] = "swiotlb_init_remap",
            ["boot pool"] = "rmem_swiotlb_setup",
            ["boot device"] = "rmem_swiotlb_device_init",
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The function that an operation calls, or empty when it calls none or is not
    /// known here.</summary>
    /// <param name="operation">Its first word, or "boot" and what is booted.</param>
    public static string Of(string operation) =>
        ByWord.GetValueOrDefault(operation, string.Empty);
}
