// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>How all units of a kernel are compiled, whatever its configuration.</summary>
public enum BuildVariant
{
    /// <summary>As they are.</summary>
    Plain,

    /// <summary>With the address and undefined behaviour sanitizers. Runs in a process of its
    /// own only.</summary>
    Sanitized,

    /// <summary>The kernel's own code counts how often each of its branches is taken.</summary>
    Covered,
}
