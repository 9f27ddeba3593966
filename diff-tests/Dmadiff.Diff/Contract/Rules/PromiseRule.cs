// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C11. dma-api.rst, dma_max_mapping_size(): it is the maximum size of a mapping, so one that
/// is no larger has a place when nothing else is mapped. That holds for a device which reaches
/// its pool, and whose segment boundary leaves a choice of places.
/// </summary>
internal sealed class PromiseRule : ContractRule
{
    // Below this a hypervisor is asked to put the pool of its guest.
    private const ulong PoolLimitOfXen = 0xffffffff;

    public override void Judge(ContractStep step)
    {
        if (step is not { Refused: true, Op.Kind: AbiOpKind.Map, Device: { Iommu: null } device }
            || step.Shadow.PoolOf(device) is not { } pool
            || !step.Shadow.IsIdle(pool.Index)
            || !ReachesPool(device, pool)
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

    private static bool ReachesPool(ShadowDevice device, ShadowPool pool) => device.IsOfXen
        ? device.SurelyReaches(0, PoolLimitOfXen)
        : device.SurelyReaches(pool.Start, pool.Bytes);
}
