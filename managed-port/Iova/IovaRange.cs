// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Iova;

/// <summary>A struct iova: a range of page frame numbers in a domain's tree.</summary>
public unsafe struct IovaRange
{
    /// <summary>The subtree of lower ranges.</summary>
    public IovaRange* Left;

    /// <summary>The subtree of higher ranges.</summary>
    public IovaRange* Right;

    /// <summary>The range below which it hangs; null for the root.</summary>
    internal IovaRange* Parent;

    /// <summary>Its colour in the tree.</summary>
    internal bool Red;

    /// <summary>First pfn.</summary>
    public ulong PfnLo;

    /// <summary>Last pfn.</summary>
    public ulong PfnHi;
}
