// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Build;

/// <summary>A kernel that was compiled, ready to be loaded.</summary>
/// <param name="Name">The tree it was built from, for reports.</param>
/// <param name="Key">40 hexadecimal digits that stand for everything it was made from.</param>
/// <param name="LibraryPath">The shared library with the kernel.</param>
/// <param name="HostLibraryPath">The library it needs of the host.</param>
/// <param name="Features">What the tree has, of the names in probes/features.txt.</param>
/// <param name="MissingServices">Kernel functions without an implementation; calling one ends
/// the machine. Sorted.</param>
/// <param name="CompiledUnits">Units that this call compiled; 0 when all was there.</param>
/// <param name="Elapsed">How long this call took.</param>
public sealed record KernelBuild(
    string Name,
    string Key,
    string LibraryPath,
    string HostLibraryPath,
    IReadOnlySet<string> Features,
    IReadOnlyList<string> MissingServices,
    int CompiledUnits,
    TimeSpan Elapsed)
{
    /// <summary>How it is configured.</summary>
    public KernelConfiguration Configuration { get; init; } = KernelConfiguration.Default;

    /// <summary>Parts of the kernel that did not compile and are left out.</summary>
    public IReadOnlyList<LeftOutPart> LeftOut { get; init; } = [];

    /// <summary>What it cannot do of what traces may need.</summary>
    public EngineCapabilities Lacks => LeftOut.Aggregate(
        EngineCapabilities.None, (all, leftOut) => all | leftOut.Part);
}
