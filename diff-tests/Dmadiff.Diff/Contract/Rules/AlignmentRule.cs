// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C2. swiotlb.rst: the bits of min_align_mask are the same in the address of the bounce buffer
/// as in that of the original; the space for it starts where all bits of alloc_align_mask are
/// zero, and the bounce buffer follows it only by the preserved bits. swiotlb_tbl_map_single():
/// with neither mask, a mapping of a page or more starts on a page. dma-api-howto.rst: a
/// coherent allocation is aligned to the smallest page order that holds it.
/// </summary>
internal sealed class AlignmentRule : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (step is { Succeeded: true, Mapping.Device.Iommu: { } iommu, Op.Kind: AbiOpKind.Map })
        {
            JudgeIova(step, iommu);
            return;
        }

        if (step is not { Role: StepRole.Make, Succeeded: true, Mapping: { Bounced: true } made })
        {
            return;
        }

        if (made.Buffer is not { } buffer)
        {
            var order = ShadowPool.PageOrderMask(made.Size, step.Shadow.PageBytes);
            Require(step, order, 0, $"aligned to 0x{order + 1:x}");
            return;
        }

        var page = step.Shadow.PageBytes;
        var original = buffer.Base + made.Offset;
        var kept = original & made.Device.MinAlign;
        var align = step.Op.Kind == AbiOpKind.SwiotlbMap ? step.Op.Arg : 0;
        if (made.Device.MinAlign == 0 && align == 0 && made.Size >= page)
        {
            Require(step, page - 1, 0, "aligned to a page, as it holds a page");
            return;
        }

        Require(
            step,
            made.Device.MinAlign,
            kept,
            $"with the bits 0x{made.Device.MinAlign:x} of 0x{original:x}");
        Require(
            step,
            align & ~made.Device.MinAlign,
            0,
            $"no further behind a multiple of 0x{align + 1:x} than 0x{kept & align:x}");
    }

    // Pages of the IOMMU are placed anywhere: what is preserved is the place in a page.
    private static void JudgeIova(ContractStep step, ShadowIommu iommu)
    {
        var made = step.Mapping!;
        var original = made.Buffer!.Base + made.Offset;
        var mask = made.Bounced
            ? made.Device.MinAlign & (iommu.Granule - 1)
            : iommu.Granule - 1;
        if (((made.DmaAddress ^ original) & mask) != 0)
        {
            step.Report(
                ContractRuleId.Alignment,
                $"an IOVA with the bits 0x{mask:x} of 0x{original:x}",
                $"0x{made.DmaAddress:x}");
        }
    }

    private static void Require(ContractStep step, ulong mask, ulong bits, string what)
    {
        if ((step.Mapping!.Address & mask) != bits)
        {
            step.Report(
                ContractRuleId.Alignment,
                $"an address {what}",
                $"0x{step.Mapping.Address:x}");
        }
    }
}
