// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Litmus;

/// <summary>How often the outcome that a litmus test asks about is seen, of all executions that
/// the memory model allows; herd7's words.</summary>
public enum LitmusVerdict
{
    /// <summary>In none: the outcome is forbidden.</summary>
    Never,

    /// <summary>In some: it is allowed.</summary>
    Sometimes,

    /// <summary>In all.</summary>
    Always,
}
