// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C1, C3 and C4 of messages. iommu.h, iommu_dma_prepare_msi() and enum iommu_resv_type: a device
/// that writes to the address it was given reaches what receives the message. Where nothing
/// translates, and in a region that the IOMMU leaves to messages, that is the physical address;
/// else it is an IOVA that the device reaches and that no mapping has.
/// </summary>
internal sealed class MessageRule : ContractRule
{
    private readonly List<(ShadowDevice Device, ulong Page)> _pages = [];

    public override void Judge(ContractStep step)
    {
        if (step is { Succeeded: true, Op.Kind: AbiOpKind.PrepareMsi })
        {
            JudgeMessage(step, step.Shadow.Devices[(int)step.Op.Device]);
        }
        else if (step is
        {
            Succeeded: true,
            Role: StepRole.Make,
            Op.Kind: AbiOpKind.Map,
            Mapping: { Device.Iommu: { IsTampered: false } iommu } made,
        })
        {
            JudgeMapping(step, made, iommu.Granule);
        }
    }

    private void JudgeMessage(ContractStep step, ShadowDevice device)
    {
        ulong address = step.Result.Value;
        ulong asked = step.Op.Arg;
        if (device.Iommu is not { } iommu || iommu.IsForMessages(asked))
        {
            if (address != asked)
            {
                step.Report(
                    ContractRuleId.Data, $"messages to 0x{asked:x}", $"to 0x{address:x}");
            }

            return;
        }

        if (iommu.IsTampered)
        {
            return;
        }

        ulong limit = Math.Min(device.Limit, (1UL << ShadowIommu.AddressBits) - 1);
        if (address > limit || iommu.IsReserved(address))
        {
            step.Report(
                ContractRuleId.Range,
                $"an IOVA up to 0x{limit:x} that is not reserved",
                $"0x{address:x}");
        }

        ulong there = step.Ask(new AbiOp
        {
            Kind = AbiOpKind.IovaToPhys,
            Mapping = step.Op.Mapping,
        }).Value;
        if (there != asked)
        {
            step.Report(
                ContractRuleId.Data,
                $"0x{asked:x} behind IOVA 0x{address:x}",
                there == 0 ? "nothing" : $"0x{there:x}");
        }

        _pages.Add((device, address & ~(iommu.Granule - 1)));
    }

    private void JudgeMapping(ContractStep step, ShadowMapping made, ulong granule)
    {
        ulong end = made.DmaAddress + Math.Max(made.Size, 1);
        foreach (var (device, page) in _pages)
        {
            if (device == made.Device && made.DmaAddress < page + granule && page < end)
            {
                step.Report(
                    ContractRuleId.Exclusive,
                    $"IOVAs apart from the page for messages, {Span(page, granule)}",
                    Span(made.DmaAddress, made.Size));
                return;
            }
        }
    }
}
