// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>What each CPU has mapped, the oldest first.</summary>
/// <param name="cpus">How many CPUs.</param>
internal sealed class MappedRings(int cpus)
{
    /// <summary>Mappings that a CPU has at a time.</summary>
    public const int InFlight = 16;

    private readonly Queue<(ulong Pfn, ulong Pages)>[] _rings =
        [.. Enumerable.Range(0, cpus).Select(_ => new Queue<(ulong, ulong)>())];

    /// <summary>Whether a CPU has as many as it may have, whoever is to unmap them.</summary>
    public bool IsFull(int cpu) => _rings[cpu].Count == InFlight;

    /// <summary>A CPU has mapped something.</summary>
    public void Add(int cpu, ulong pfn, ulong pages) => _rings[cpu].Enqueue((pfn, pages));

    /// <summary>The oldest mapping of a CPU that has as many as it may have.</summary>
    public bool TryTakeOldest(int cpu, out (ulong Pfn, ulong Pages) oldest)
    {
        oldest = default;
        return IsFull(cpu) && _rings[cpu].TryDequeue(out oldest);
    }
}
