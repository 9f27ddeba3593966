// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>Where a granule of an IOVA leads to.</summary>
/// <param name="Phys">Physical address of the granule.</param>
/// <param name="Access">What the device may do there.</param>
/// <param name="IsPresent">Whether it leads anywhere.</param>
public readonly record struct IommuTranslation(ulong Phys, IommuAccess Access, bool IsPresent);
