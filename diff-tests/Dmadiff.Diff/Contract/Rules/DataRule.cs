// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C4. dma-api.rst, dma_map_single(): the device sees what the CPU wrote before a to_device or
/// bidirectional mapping or sync, the CPU sees what the device wrote after a sync or unmap of a
/// from_device or bidirectional one, and a partial sync moves its part. swiotlb.rst: bouncing
/// is transparent, so that bytes which the device did not write keep what the buffer held, and
/// no byte outside is touched.
/// </summary>
/// <param name="bytes">Knows every byte; both this rule and <see cref="NoLeakRule"/> ask it.
/// </param>
internal sealed class DataRule(ByteVerdict bytes) : ContractRule
{
    public override void Judge(ContractStep step)
    {
        bytes.Look(step);
        if (bytes.Wrong is { Rule: ContractRuleId.Data } wrong)
        {
            step.Report(wrong.Rule, wrong.Expected, wrong.Actual);
        }
    }
}
