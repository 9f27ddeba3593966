// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Validation;

/// <summary>The base of a series, or the kernel after one of its patches, compiled.</summary>
/// <param name="Tree">Where it comes from.</param>
/// <param name="Build">The library; null when it does not build.</param>
/// <param name="Problem">Place and first complaint; null when it builds.</param>
internal sealed record StageBuild(KernelRevision Tree, KernelBuild? Build, string? Problem)
{
    private const string Harness = "kernel-harness/";

    /// <summary>The generation of the code that it is like; null when it does not build.
    /// </summary>
    public string? Generation => Build is null ? null : CodeGeneration.Of(Build.Features);

    /// <summary>Whether this project's own C does not know what to make of the tree, which may
    /// be fine by itself.</summary>
    public bool IsOurs => Problem?.StartsWith(Harness, StringComparison.Ordinal) == true;
}
