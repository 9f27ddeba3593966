// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Engine;

namespace Dmadiff.Cli.Buffers;

/// <summary>What one mapping takes, on average.</summary>
/// <param name="Operations">Calls of the IOMMU's driver, and flushes.</param>
/// <param name="Pages">Pages in them.</param>
/// <param name="Bytes">Bytes copied.</param>
internal sealed record BufferEffort(double Operations, double Pages, double Bytes)
{
    /// <summary>Of what some mappings took together.</summary>
    public static BufferEffort Of(IommuEffort all, int mappings) => new(
        (double)all.Operations / mappings,
        (double)all.Pages / mappings,
        (double)all.CopiedBytes / mappings);
}
