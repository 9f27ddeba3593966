// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>Who unmaps what was mapped.</summary>
internal enum Workload
{
    /// <summary>The CPU that mapped it.</summary>
    SameCpu,

    /// <summary>The next CPU, as when interrupts go elsewhere.</summary>
    OtherCpu,
}
