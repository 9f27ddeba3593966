// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Build;

namespace Dmadiff.Cli;

/// <summary>How kernels are kept from doing harm, and how closely they are watched.</summary>
/// <param name="Isolated">Each runs in a process of its own.</param>
/// <param name="Sanitized">They are compiled with sanitizers; runs isolated.</param>
/// <param name="Sandboxed">Compilers and kernels run in the sandbox; runs isolated.</param>
internal sealed record Isolation(bool Isolated, bool Sanitized, bool Sandboxed)
{
    /// <summary>Whether they are compiled to count their branches.</summary>
    public bool Covered { get; init; }

    /// <summary>How they are compiled.</summary>
    public BuildVariant Variant => Sanitized ? BuildVariant.Sanitized
        : Covered ? BuildVariant.Covered
        : BuildVariant.Plain;

    /// <summary>In this process.</summary>
    public static Isolation None { get; } = new(false, false, false);

    /// <summary>Whether kernels run elsewhere.</summary>
    public bool IsElsewhere => Isolated || Sanitized || Sandboxed;
}
