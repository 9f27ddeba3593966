// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>Where addresses come from.</summary>
internal enum AllocatorKind
{
    /// <summary>The tree of drivers/iommu/iova.c, without its caches.</summary>
    Tree,

    /// <summary>The same with its magazines and depot.</summary>
    Magazines,

    /// <summary>The round-robin bitmap.</summary>
    Bitmap,

    /// <summary>32 subranges, as AMD's driver had.</summary>
    Subranges,

    /// <summary>A subrange a CPU.</summary>
    SubrangePerCpu,
}
