// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Buffers;

/// <summary>What was counted of mappings of one size.</summary>
/// <param name="Map">Mapping.</param>
/// <param name="Unmap">Unmapping.</param>
internal sealed record BufferFigures(BufferEffort Map, BufferEffort Unmap)
{
    /// <summary>The price of both, in nanoseconds.</summary>
    public double Of(BufferCosts costs) => costs.Of(Map) + costs.Of(Unmap);
}
