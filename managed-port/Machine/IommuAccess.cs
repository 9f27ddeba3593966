// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>What a device may do with a page.</summary>
[Flags]
public enum IommuAccess
{
    /// <summary>Nothing: a page without any right is one all the same.</summary>
    None = 0,

    /// <summary>Read it.</summary>
    Read = 1,

    /// <summary>Write it.</summary>
    Write = 2,
}
