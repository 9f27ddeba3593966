// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C10. The restricted-dma-pool binding (reserved-memory/shared-dma-pool.yaml): a device with
/// such a pool has its DMA confined to it, for streaming mappings by bouncing all of them and
/// for coherent memory by taking it from there.
/// </summary>
internal sealed class RestrictedRule : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (step is { Role: StepRole.Make, Succeeded: true, Mapping: { } made }
            && made.Device.IsRestricted
            && step.Shadow.PoolOf(made.Device) is { } pool
            && !pool.Holds(made.Address, made.Size))
        {
            step.Report(
                ContractRuleId.Restricted,
                $"memory inside pool {pool.Name}, {Span(pool.Start, pool.Bytes)}",
                Span(made.Address, made.Size));
        }
    }
}
