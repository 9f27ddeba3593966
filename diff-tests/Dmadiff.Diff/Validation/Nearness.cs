// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>How near a function is to what a patch changes, and so how much it weighs.
/// </summary>
public enum Nearness
{
    /// <summary>It has nothing to do with it.</summary>
    None = 0,

    /// <summary>It calls a function that the patch changes.</summary>
    Caller = 1,

    /// <summary>It is in a file that the patch changes.</summary>
    SameFile = 2,

    /// <summary>The patch changes it.</summary>
    Changed = 4,
}
