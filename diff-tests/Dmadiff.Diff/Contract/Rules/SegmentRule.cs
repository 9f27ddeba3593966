// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C1 and C4 of what a list has become. dma-api.rst, dma_map_sg(): entries may be mapped
/// together, in order and with nothing lost; struct device_dma_parameters: a segment is no
/// longer than the device can take and crosses no segment boundary.
/// </summary>
/// <param name="parts">Knows the segments.</param>
internal sealed class SegmentRule(ContractParts parts) : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (step is not { Op.Kind: AbiOpKind.MapSg, Succeeded: true })
        {
            return;
        }

        var device = step.Shadow.Devices[(int)step.Op.Device];
        if (parts.Bytes != parts.BytesOfEntries)
        {
            step.Report(
                ContractRuleId.Data,
                $"segments of {parts.BytesOfEntries} bytes, as the entries have",
                $"{parts.Bytes} bytes");
        }

        if (device.Iommu is not { } iommu)
        {
            return;
        }

        foreach (var segment in parts.Segments)
        {
            // The list is the driver's: with a longer entry it has broken the limit itself.
            if (segment.Size > device.LongestSegment && segment.Entries > 1
                && parts.LongestEntry <= device.LongestSegment)
            {
                step.Report(
                    ContractRuleId.Range,
                    $"entries together in segments of up to {device.LongestSegment} bytes",
                    $"{segment.Entries} entries of {segment.Size} bytes");
            }
            else if (Crosses(device, iommu, segment))
            {
                step.Report(
                    ContractRuleId.Range,
                    $"no byte beyond a multiple of 0x{device.Boundary:x} + 1",
                    Span(segment.Address, segment.Size));
            }
        }
    }

    // One entry that does not fit between two boundaries cannot but cross one.
    private static bool Crosses(ShadowDevice device, ShadowIommu iommu, in ListSegment segment) =>
        (segment.Entries > 1
            || (segment.Address % iommu.Granule) + segment.Size - 1 <= device.Boundary)
        && (segment.Address & ~device.Boundary)
            != ((segment.Address + segment.Size - 1) & ~device.Boundary);
}
