// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>What is known of a kernel that has a name.</summary>
/// <param name="Package">Where it comes from.</param>
/// <param name="InstalledVersion">The package's version, or null when not installed.</param>
/// <param name="Imported">Its commit, or null before the first import.</param>
public sealed record KernelStatus(
    KernelPackage Package, string? InstalledVersion, KernelRevision? Imported);
