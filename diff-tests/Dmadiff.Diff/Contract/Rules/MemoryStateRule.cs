// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C12. set_memory_decrypted() and Documentation/arch/x86/amd-memory-encryption.rst: a device of
/// an encrypted guest sees only memory that is shared with it, so what it was given to use is
/// decrypted for as long as it has it; whether an IOMMU can decrypt is the platform's. That such
/// memory is encrypted again before it is freed is asked by the page allocator itself.
/// </summary>
internal sealed class MemoryStateRule : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (step is { Role: StepRole.DeviceAccess, Mapping: { } mapping }
            && step.Result.Status == AbiStatus.Encrypted
            && mapping.Device.Iommu is null
            && (mapping.Bounced || step.Shadow.Encrypts))
        {
            step.Report(
                ContractRuleId.MemoryState,
                $"decrypted memory at {Span(mapping.Address + step.Op.Offset, step.Op.Size)}",
                "encrypted");
        }
    }
}
