// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C4 of page tables. dma-api.rst, dma_map_single() and dma_map_sg(): the address is one by which
/// the device reaches the memory that was mapped, all of it. So behind every byte there is
/// memory; where it is not bounced it is the buffer's own, byte by byte, and otherwise it is
/// no part of a buffer.
/// </summary>
internal sealed class TranslationRule : ContractRule
{
    /// <summary>Judges an access that the IOMMU did not let through.</summary>
    public static void JudgeFault(ContractStep step)
    {
        var forbidden = step.Op.Kind == AbiOpKind.DevRead
            ? AbiDirection.FromDevice
            : AbiDirection.ToDevice;
        if (step is
            {
                Role: StepRole.DeviceAccess,
                Fault: DriverFault.None,
                Mapping: { Device.Iommu.IsTampered: false } mapping,
            }
            && mapping.Direction != forbidden)
        {
            step.Report(
                ContractRuleId.Data, "an access, as it is inside a mapping", "a fault");
        }
    }

    public override void Judge(ContractStep step)
    {
        if (step is not
            {
                Role: StepRole.Make,
                Succeeded: true,
                Op.Kind: AbiOpKind.Map,
                Mapping: { Device.Iommu: not null, Buffer: { } buffer } made,
            })
        {
            return;
        }

        var seen = made.Memory;
        if (seen.Size < made.Size)
        {
            step.Report(
                ContractRuleId.Data,
                $"memory behind IOVA 0x{made.DmaAddress + seen.Size:x}",
                "none");
        }
        else if (!made.Bounced && seen.Parts.Count > 1)
        {
            var at = seen.Parts[0].Size;
            step.Report(
                ContractRuleId.Data,
                $"0x{buffer.Base + made.Offset + at:x} behind IOVA 0x{made.DmaAddress + at:x}",
                $"0x{seen.Parts[1].Address:x}");
        }
    }
}
