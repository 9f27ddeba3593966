// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C5. swiotlb.rst: mapping always initialises the bounce buffer with the original's content,
/// for a from_device mapping too: otherwise the device, and after a short transfer the driver,
/// sees what the last owner of the memory left there. With DMA_ATTR_SKIP_CPU_SYNC memory that
/// holds nothing will do as well.
/// </summary>
/// <param name="bytes">Has looked at the step.</param>
internal sealed class NoLeakRule(ByteVerdict bytes) : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (bytes.Wrong is { Rule: ContractRuleId.NoLeak } wrong)
        {
            step.Report(wrong.Rule, wrong.Expected, wrong.Actual);
        }
    }
}
