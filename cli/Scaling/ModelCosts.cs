// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>
/// How long things take on the modelled machine, in ns: round figures for a large server. Only
/// who waits for whom depends on them, and when timers are due; what is counted does not.
/// </summary>
internal static class ModelCosts
{
    /// <summary>A cache line that the CPU has.</summary>
    public const ulong Hit = 1;

    /// <summary>A cache line that comes from another CPU.</summary>
    public const ulong Transfer = 60;

    /// <summary>What the IOMMU takes for a flush of a range, or of everything.</summary>
    public const ulong Flush = 1000;

    /// <summary>What a driver does between two mappings.</summary>
    public const ulong BetweenMappings = 2000;
}
