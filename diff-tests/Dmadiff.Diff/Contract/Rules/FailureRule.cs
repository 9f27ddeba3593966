// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C8. dma-api.rst, dma_mapping_error(): creating a mapping may fail, and the driver is to give
/// up or try again later. So failure has one form; it leaves nothing behind; it comes only
/// where bounce memory is needed; and once room is there, the same request succeeds: swiotlb.rst
/// says that a request fails only when all areas lack the space.
/// </summary>
internal sealed class FailureRule : ContractRule
{
    // The harness answers so for what the tree's headers do not declare.
    private const int Lacking = -95;

    public override void Judge(ContractStep step)
    {
        JudgeStatus(step);
        if (step.Device is not { } device || step.Shadow.PoolOf(device) is not { } pool)
        {
            JudgeRefusal(step, pool: null);
            return;
        }

        JudgeRefusal(step, pool);
        if (step.Refused && pool.LastUsed is { } before && before != step.Result.Used)
        {
            step.Report(
                ContractRuleId.Failure,
                $"used slots {before}, as before the mapping failed",
                $"{step.Result.Used}");
        }

        // What a revision lacks tells no figures.
        if (step.Role is StepRole.Make or StepRole.End && step.Result.Status != AbiStatus.Errno)
        {
            pool.LastUsed = step.Result.Used;
            Remember(step, pool);
        }
    }

    private static void JudgeStatus(ContractStep step)
    {
        if (step.Result is { Status: AbiStatus.Errno, Error: not Lacking }
            && step.Role != StepRole.Other)
        {
            step.Report(
                ContractRuleId.Failure,
                "success, or the error that the API names",
                $"error {step.Result.Error}");
        }
        else if (step is { Op.Kind: AbiOpKind.SwiotlbFree, Succeeded: true, Result.Value: 0 })
        {
            step.Report(
                ContractRuleId.Failure,
                "memory of swiotlb_alloc() is taken back",
                "swiotlb_free() returned false");
        }
    }

    private static void JudgeRefusal(ContractStep step, ShadowPool? pool)
    {
        // IOVAs, pages and the driver of an IOMMU may run out as well.
        if (step is not { Refused: true, Device: { Iommu: null } device })
        {
            return;
        }

        // Where memory is in a hypervisor's machine, only that knows; but not what it was.
        if (step is { Op.Kind: AbiOpKind.Map, Buffer: { } buffer }
            && !step.Shadow.ForcesBounce
            && !device.IsRestricted
            && !device.IsOfXen
            && device.SurelyReaches(buffer.Base + step.Op.Offset, step.Op.Size))
        {
            step.Report(
                ContractRuleId.Failure,
                $"success: the device reaches {Span(buffer.Base + step.Op.Offset, step.Op.Size)}",
                "mapping_error");
        }
        else if (pool is not null
            && (device.IsOfXen || device.SurelyReaches(pool.Start, pool.Bytes))
            && pool.Freed.Contains(Request.Of(step.Op, device, step.Buffer)))
        {
            step.Report(
                ContractRuleId.Failure,
                "success: the place of an equal mapping has become free, and none was taken",
                "mapping_error");
        }
    }

    private static void Remember(ContractStep step, ShadowPool pool)
    {
        if (step.Mapping is not { Bounced: true } mapping)
        {
            return;
        }

        if (step.Role == StepRole.Make)
        {
            pool.Freed.Clear();
        }
        else if (mapping.Memory.Parts.All(p => pool.Holds(p.Address, p.Size)))
        {
            pool.Freed.Add(mapping.Request);
        }
    }
}
