// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>What turns on code that a series adds.</summary>
/// <param name="Kind">What sort of switch it is.</param>
/// <param name="Name">"dynamic" of swiotlb=dynamic; "IOMMU_IO_BUFFER" of
/// CONFIG_IOMMU_IO_BUFFER.</param>
/// <param name="Since">Number of the patch that adds it.</param>
public sealed record AddedSwitch(SwitchKind Kind, string Name, int Since)
{
    /// <summary>As people write it.</summary>
    public override string ToString() =>
        Kind == SwitchKind.BootOption ? $"swiotlb={Name}" : $"CONFIG_{Name}=y";
}
