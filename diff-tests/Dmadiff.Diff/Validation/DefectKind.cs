// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>What may be wrong with a kernel by itself, the worst first.</summary>
public enum DefectKind
{
    /// <summary>Its code crashes or ends its process.</summary>
    Crash,

    /// <summary>Its code does not come to an end.</summary>
    Hang,

    /// <summary>A sanitizer complains.</summary>
    Report,

    /// <summary>It breaks the contract.</summary>
    Breach,

    /// <summary>It calls a function that the harness does not have: no fault of the kernel's.
    /// </summary>
    Missing,
}
