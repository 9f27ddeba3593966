// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>How many rings a <see cref="FlushQueue"/> has, and how long what is in them waits
/// at most. The figures are Linux 6.12's.</summary>
/// <param name="RingEntries">Entries of a ring: a power of two; one of them stays empty.</param>
/// <param name="TimeoutNanoseconds">When the timer flushes what a full ring has not.</param>
/// <param name="IsPerCpu">A ring a CPU; else one for all.</param>
public sealed record FlushQueueKind(int RingEntries, ulong TimeoutNanoseconds, bool IsPerCpu)
{
    /// <summary>A ring of 256 a CPU, and 10 ms.</summary>
    public static FlushQueueKind PerCpu { get; } = new(256, 10_000_000, true);

    /// <summary>One ring of 32,768, and a second: for IOMMUs whose flushes cost much, as those
    /// of virtual machines do.</summary>
    public static FlushQueueKind Single { get; } = new(32768, 1_000_000_000, false);
}
