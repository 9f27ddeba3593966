// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C11. dma-api.rst, dma_max_mapping_size(): it is the maximum size of a mapping, so one that
/// is no larger has a place when nothing else is mapped. That holds for a device which reaches
/// its pool, and whose segment boundary leaves a choice of places.
/// </summary>
internal sealed class PromiseRule : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (step is not { Refused: true, Op.Kind: AbiOpKind.Map, Device: { IsTranslated: false } device }
            || step.Shadow.PoolOf(device) is not { } pool
            || !step.Shadow.IsIdle(pool.Index)
            || !device.SurelyReaches(pool.Start, pool.Bytes)
            || step.Op.Size > (device.Boundary / 2) + 1)
        {
            return;
        }

        var most = step.Ask(new AbiOp
        {
            Kind = AbiOpKind.MaxMappingSize,
            Device = (uint)device.Index,
        });
        if (most.Status == AbiStatus.Ok && step.Op.Size <= most.Value)
        {
            step.Report(
                ContractRuleId.Promise,
                $"success: dma_max_mapping_size() is {most.Value} and the pool is idle",
                "mapping_error");
        }
    }
}
