// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C1. dma-api.rst, dma_map_single(): the DMA address of the memory must be within the device's
/// dma_mask, and where it is not the platform arranges for it or the mapping fails. dma-api.rst
/// and struct device_dma_parameters: a segment handed out for a device does not cross its
/// segment boundary. What swiotlb_tbl_map_single() and swiotlb_alloc() return is checked
/// against the mask by their callers, so for these only the boundary counts.
/// </summary>
internal sealed class RangeRule : ContractRule
{
    // No user of the API may set a smaller one.
    private const ulong LeastBoundary = 0xfff;

    public override void Judge(ContractStep step)
    {
        if (step is not { Role: StepRole.Make, Succeeded: true, Mapping: { } made })
        {
            return;
        }

        var device = made.Device;
        if (device.Iommu is { } iommu && step.Op.Kind == AbiOpKind.Map)
        {
            JudgeIova(step, made, iommu);
            return;
        }

        var last = made.Address + made.Size - 1;
        if (last < made.Address || last >= step.Shadow.MemoryBytes)
        {
            step.Report(
                ContractRuleId.Range,
                $"addresses below 0x{step.Shadow.MemoryBytes:x}, where memory ends",
                Span(made.Address, made.Size));
        }
        else if (step.Op.Kind == AbiOpKind.Map && !device.Reaches(made.DmaAddress, made.Size))
        {
            step.Report(
                ContractRuleId.Range,
                $"addresses up to 0x{device.Limit:x}, which the device reaches",
                Span(made.DmaAddress, made.Size));
        }
        else if (device.IsOfXen && IsPage(step) && MachinePieces.FirstTorn(
            step, made.DmaAddress, made.Address, made.Size) is { } torn)
        {
            step.Report(
                ContractRuleId.Range,
                MachinePieces.Expected,
                $"other memory from byte {torn} on");
        }
        else if (made.Bounced && Crosses(device, made.Address, made.Size))
        {
            step.Report(
                ContractRuleId.Range,
                $"no byte beyond a multiple of 0x{device.Boundary:x} + 1",
                Span(made.Address, made.Size));
        }
    }

    // Not a segment of a list, of which the machine knows only as a whole.
    private static bool IsPage(ContractStep step) =>
        step.Op.Kind == AbiOpKind.Map && step.Mapping!.EndedBy is null;

    private static void JudgeIova(ContractStep step, ShadowMapping made, ShadowIommu iommu)
    {
        var limit = Math.Min(made.Device.Limit, (1UL << ShadowIommu.AddressBits) - 1);
        if (made.Size > limit || made.DmaAddress > limit - made.Size + 1)
        {
            step.Report(
                ContractRuleId.Range,
                $"IOVAs up to 0x{limit:x}, which the device reaches",
                Span(made.DmaAddress, made.Size));
        }
        else if (made.DmaAddress < iommu.ReservedBase + iommu.ReservedBytes
            && iommu.ReservedBase < made.DmaAddress + made.Size)
        {
            step.Report(
                ContractRuleId.Range,
                $"no IOVA of {Span(iommu.ReservedBase, iommu.ReservedBytes)}, which is reserved",
                Span(made.DmaAddress, made.Size));
        }
    }

    // A mapping of more than the boundary cannot but cross it: the driver's own doing.
    private static bool Crosses(ShadowDevice device, ulong address, ulong size) =>
        device.Boundary >= LeastBoundary
        && size - 1 <= device.Boundary
        && (address & ~device.Boundary) != ((address + size - 1) & ~device.Boundary);
}
