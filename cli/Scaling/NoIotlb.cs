// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.FlushPolicies;

namespace Dmadiff.Cli.Scaling;

/// <summary>For an allocator whose addresses were flushed before they came back.</summary>
internal sealed class NoIotlb : IIotlb
{
    /// <inheritdoc/>
    public void FlushAll()
    {
    }

    /// <inheritdoc/>
    public void FlushRange(ulong pfn, ulong pages)
    {
    }
}
