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
