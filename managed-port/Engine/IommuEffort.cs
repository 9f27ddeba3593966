// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Engine;

/// <summary>What a device's mappings have cost since it was booted.</summary>
/// <param name="Operations">Calls of the IOMMU's driver to map, to unmap and to flush.</param>
/// <param name="Pages">Pages that were to be mapped and unmapped.</param>
/// <param name="CopiedBytes">Copied to and from buffers that stay mapped.</param>
public readonly record struct IommuEffort(ulong Operations, ulong Pages, ulong CopiedBytes)
{
    /// <summary>What came on top of an earlier one.</summary>
    public static IommuEffort operator -(IommuEffort later, IommuEffort earlier) => new(
        later.Operations - earlier.Operations,
        later.Pages - earlier.Pages,
        later.CopiedBytes - earlier.CopiedBytes);

    /// <summary>Both together.</summary>
    public static IommuEffort operator +(IommuEffort one, IommuEffort other) => new(
        one.Operations + other.Operations,
        one.Pages + other.Pages,
        one.CopiedBytes + other.CopiedBytes);
}
