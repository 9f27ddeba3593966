// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>When the IOTLB is flushed.</summary>
internal enum FlushKind
{
    /// <summary>At each unmap.</summary>
    Strict,

    /// <summary>When the queue of a CPU is full, or its timer is due.</summary>
    LazyPerCpu,

    /// <summary>When the one queue of all CPUs is full, or its timer is due.</summary>
    LazySingle,

    /// <summary>Before an address is used again, which the allocator sees to.</summary>
    BeforeReuse,
}
