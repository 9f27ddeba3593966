// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Native;

/// <summary>What a process that holds a kernel may use before it is ended.</summary>
/// <param name="MemoryBytes">Memory in use, of it and its children, in bytes.</param>
/// <param name="Patience">How long no operation need come to its end. The guard inside the
/// process is far quicker; this is for code that the guard cannot stop.</param>
public sealed record RunnerLimits(long MemoryBytes, TimeSpan Patience)
{
    /// <summary>4 GiB; 30 s.</summary>
    public static RunnerLimits Default { get; } = new(4L << 30, TimeSpan.FromSeconds(30));
}
