// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>What turns on code that a series adds.</summary>
/// <param name="Kind">What sort of switch it is.</param>
/// <param name="Name">"dynamic" of swiotlb=dynamic; "IOMMU_IO_BUFFER" of
/// CONFIG_IOMMU_IO_BUFFER; "MAY_SLEEP" of DMA_ATTR_MAY_SLEEP.</param>
/// <param name="Since">Number of the patch that adds it.</param>
public sealed record AddedSwitch(SwitchKind Kind, string Name, int Since)
{
    /// <summary>Of an attribute, the number of its bit.</summary>
    public int Bit { get; init; }

    /// <summary>As people write it.</summary>
    public override string ToString() => Kind switch
    {
        SwitchKind.BootOption => $"swiotlb={Name}",
        SwitchKind.Attribute => $"DMA_ATTR_{Name}",
        _ => $"CONFIG_{Name}=y",
    };
}
