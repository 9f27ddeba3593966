// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C9. iommu.strict in kernel-parameters.txt: in strict mode the IOTLB is invalidated as part of
/// each unmap, so that afterwards the device gets nowhere by the old address; in lazy mode that
/// may be later, but an IOVA is given out again only after it. A device with an IOTLB that
/// remembers what is not present is told when that changes. And, as C6 of page tables, what is
/// unmapped is not in them.
/// </summary>
internal sealed class IotlbRule : ContractRule
{
    private const ulong LargestTouch = 1 << 20;

    public override void Judge(ContractStep step)
    {
        var ended = FollowOthers(step);
        if (step.Op.Kind is AbiOpKind.StaleRead or AbiOpKind.StaleWrite)
        {
            JudgeStaleAccess(step);
        }
        else if (step.Fault == DriverFault.OwnPages)
        {
            foreach (var device in step.Shadow.Devices)
            {
                device.Iommu?.IsTampered = true;
            }
        }
        else if (step.Succeeded
            && DeviceOf(step) is { Iommu: { IsTampered: false } iommu } device)
        {
            Judge(step, device, iommu);
        }
        else if (ended is { Iommu: { IsTampered: false } own })
        {
            JudgeEnded(step, ended, own);
        }
    }

    // All that puts pages into the page table, a mapping or not.
    private static bool Maps(AbiOpKind kind) =>
        kind is AbiOpKind.Map or AbiOpKind.MapSg or AbiOpKind.MapResource or AbiOpKind.Alloc
            or AbiOpKind.PrepareMsi;

    private static ShadowDevice? DeviceOf(ContractStep step) =>
        Maps(step.Op.Kind) ? step.Shadow.Devices[(int)step.Op.Device] : step.Device;

    private static void Judge(ContractStep step, ShadowDevice device, ShadowIommu iommu)
    {
        if (Maps(step.Op.Kind))
        {
            JudgeMade(step, device, iommu);
            Touch(step);
        }
        else if (step.Op.Kind == AbiOpKind.Unmap)
        {
            JudgeEnded(step, device, iommu);
        }
    }

    private static void JudgeMade(ContractStep step, ShadowDevice device, ShadowIommu iommu)
    {
        // A page for messages is mapped without, and a device's own memory not at all.
        var isMapped = step.Op.Kind != AbiOpKind.PrepareMsi
            && !(step.Op.Kind == AbiOpKind.Alloc && device.HasOwnMemory);
        if (isMapped && Ask(step, device, AbiIotlbCount.Mapped).Status != AbiStatus.Ok)
        {
            step.Report(
                ContractRuleId.Iotlb, "a device that is attached once it maps", "it is not");
        }

        var reused = Count(step, device, AbiIotlbCount.Reused);
        Require(step, reused - iommu.Reused, "no IOVA whose old translation is still held");
        iommu.Reused = reused;
        if (iommu.CachesAbsent)
        {
            Require(
                step,
                Count(step, device, AbiIotlbCount.Absent),
                "nothing held as not present that is mapped");
        }
    }

    private static void JudgeEnded(ContractStep step, ShadowDevice device, ShadowIommu iommu)
    {
        if (iommu.IsStrict)
        {
            Require(
                step,
                Count(step, device, AbiIotlbCount.Stale),
                "no translation held of what is unmapped");
        }

        if (iommu.Others.Count == 0 && !step.Shadow.Live.Exists(m => m.Device == device))
        {
            Require(
                step,
                Count(step, device, AbiIotlbCount.Mapped),
                "no page mapped, as no mapping is left");
        }
    }

    // Returns the device that coherent memory or a resource was taken from. Pages for messages
    // are never.
    private static ShadowDevice? FollowOthers(ContractStep step)
    {
        if (step.Op.Kind is AbiOpKind.Alloc or AbiOpKind.MapResource or AbiOpKind.PrepareMsi
            && step.Succeeded)
        {
            step.Shadow.Devices[(int)step.Op.Device].Iommu?.Others.Add(step.Op.Mapping);
        }

        return step.Op.Kind is AbiOpKind.Free or AbiOpKind.UnmapResource
            ? step.Shadow.Devices.Find(d => d.Iommu?.Others.Remove(step.Op.Mapping) == true)
            : null;
    }

    // A device that prefetches: from now on the IOTLB holds what it was given. Segments of a
    // list have no handle of their own: the list is touched as a whole.
    private static void Touch(ContractStep step)
    {
        var isPart = step.Mapping is { EndedBy: not null };
        if (step.Op.Kind is AbiOpKind.Map or AbiOpKind.Alloc && !isPart
            && step.Op.Direction != AbiDirection.FromDevice)
        {
            step.Ask(new AbiOp
            {
                Kind = AbiOpKind.DevRead,
                Mapping = step.Op.Mapping,
                Size = Math.Min(step.Op.Size, LargestTouch),
            });
        }
    }

    // An IOVA that was given out again leads somewhere, and rightly so.
    private static void JudgeStaleAccess(ContractStep step)
    {
        if (step.Succeeded
            && step.Shadow.FindEnded(step.Op.Mapping) is
            {
                Device: { Iommu: { IsStrict: true, IsTampered: false } iommu },
            } ended
            && !step.Shadow.Live.Exists(live => live.Device == ended.Device
                && SharePage(iommu, live, ended.DmaAddress + step.Op.Offset, step.Op.Size)))
        {
            step.Report(
                ContractRuleId.Iotlb, "a fault, as the mapping has ended", "the access succeeds");
        }
    }

    private static bool SharePage(
        ShadowIommu iommu, ShadowMapping live, ulong address, ulong size) =>
        address / iommu.Granule <= (live.DmaAddress + live.Size - 1) / iommu.Granule
        && live.DmaAddress / iommu.Granule <= (address + size - 1) / iommu.Granule;

    private static ulong Count(ContractStep step, ShadowDevice device, AbiIotlbCount count) =>
        Ask(step, device, count).Value;

    private static AbiResult Ask(ContractStep step, ShadowDevice device, AbiIotlbCount count) =>
        step.Ask(new AbiOp
        {
            Kind = AbiOpKind.IotlbRead,
            Device = (uint)device.Index,
            Arg = (ulong)count,
        });

    private static void Require(ContractStep step, ulong count, string expected)
    {
        if (count != 0)
        {
            step.Report(ContractRuleId.Iotlb, expected, $"{count} pages");
        }
    }
}
