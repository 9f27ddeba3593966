// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>The NUMA nodes that CPUs and memory belong to.</summary>
public sealed class Nodes
{
    private readonly Cpus _cpus;
    private ulong _memoryBytes;
    private ulong _nodeBytes;
    private uint _count = 1;

    /// <summary>Creates them for a machine's CPUs.</summary>
    public Nodes(Cpus cpus) => _cpus = cpus;

    /// <summary>Deals memory out; the CPUs are asked later.</summary>
    /// <param name="count">Nodes, 1 to 4; 0 counts as 1.</param>
    /// <param name="memoryBytes">Bytes of RAM.</param>
    /// <param name="pageBytes">Bytes of a page.</param>
    public void PowerOn(uint count, ulong memoryBytes, ulong pageBytes)
    {
        _count = Math.Max(count, 1);
        _memoryBytes = memoryBytes;
        _nodeBytes = memoryBytes / _count & ~(pageBytes - 1);
    }

    /// <summary>The memory of the node that the current CPU belongs to.</summary>
    public (ulong Start, ulong End) Near() => Of(_cpus.Current * _count / _cpus.Count);

    /// <summary>The memory of a node.</summary>
    /// <param name="node">Its number; -1 for that of the current CPU.</param>
    public (ulong Start, ulong End) Of(int node) => node < 0 ? Near() : Of((uint)node);

    private (ulong Start, ulong End) Of(uint node)
    {
        ulong start = node * _nodeBytes;
        return (start, node + 1 == _count ? _memoryBytes : start + _nodeBytes);
    }
}
