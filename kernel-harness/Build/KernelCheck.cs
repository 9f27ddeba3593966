// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Build;

/// <summary>What of a kernel can be compiled.</summary>
/// <param name="Units">The kernel's files, and this project's that see its headers, in the
/// order of the plan.</param>
/// <param name="Features">What the tree has, of the names in probes/features.txt.</param>
/// <param name="Build">The kernel, when all of it builds.</param>
/// <param name="LinkError">Why it does not link though all units compile.</param>
public sealed record KernelCheck(
    IReadOnlyList<UnitCheck> Units,
    IReadOnlyList<string> Features,
    KernelBuild? Build,
    string? LinkError);

/// <summary>Whether one unit compiles.</summary>
/// <param name="Unit">Path in the kernel, or in this project below kernel-harness/.</param>
/// <param name="Error">Place and first complaint; null when it compiles.</param>
public sealed record UnitCheck(string Unit, string? Error)
{
    /// <summary>The part of the kernel that is left out when it does not; null when nothing
    /// builds without it.</summary>
    public EngineCapabilities? Part { get; init; }
}
