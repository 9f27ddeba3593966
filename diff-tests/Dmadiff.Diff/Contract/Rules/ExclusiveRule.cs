// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C3. swiotlb.rst: a slot is never shared by bounce buffers, and space that was asked for with
/// an alloc_align_mask consists of granules that nothing else uses; so what is bounced has
/// bytes of its own, apart from all drivers' buffers and other devices' pools. A mapping that
/// is not bounced is the buffer itself, and may well share it with another.
/// </summary>
internal sealed class ExclusiveRule : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (step is { Succeeded: true, Mapping.Device.Iommu: { } iommu, Op.Kind: AbiOpKind.Map })
        {
            JudgeIova(step, iommu);
        }

        if (step is not { Role: StepRole.Make, Succeeded: true, Mapping: { Bounced: true } made })
        {
            return;
        }

        foreach (var (address, size) in made.Memory.Parts)
        {
            JudgePart(step, made, address, size);
        }
    }

    private static void JudgePart(
        ContractStep step, ShadowMapping made, ulong address, ulong size)
    {
        var (start, end) = Granules(made, address, size);
        foreach (var other in step.Shadow.Live)
        {
            if (other == made || !other.Bounced)
            {
                continue;
            }

            foreach (var part in other.Memory.Parts)
            {
                var (otherStart, otherEnd) = Granules(other, part.Address, part.Size);
                if (start < otherEnd && otherStart < end)
                {
                    Report(
                        step, $"{other.Name}, {Span(otherStart, otherEnd - otherStart)}",
                        start, end - start);
                    return;
                }
            }
        }

        if (OwnerOf(step, made, address, size) is { } owner)
        {
            Report(step, owner, address, size);
        }
    }

    // A buffer, or a pool that is another's.
    private static string? OwnerOf(
        ContractStep step, ShadowMapping made, ulong address, ulong size)
    {
        foreach (var buffer in step.Shadow.Buffers)
        {
            if (buffer?.Overlaps(address, size) == true)
            {
                return $"buffer {buffer.Name}, {Span(buffer.Base, buffer.Bytes)}";
            }
        }

        foreach (var pool in step.Shadow.Pools)
        {
            if (pool.Index != made.Device.Pool && pool.Overlaps(address, size))
            {
                return $"pool {pool.Name}, {Span(pool.Start, pool.Bytes)}";
            }
        }

        foreach (var later in step.Shadow.Later)
        {
            var isOwn = later.Owner == made.Device.Pool
                && (!later.IsTransient || later.Device == made.Device.Index);
            if (!isOwn && later.Overlaps(address, size))
            {
                return $"another's pool, {Span(later.Start, later.Bytes)}";
            }
        }

        return null;
    }

    // Each mapping has pages of its own in the page table of its device.
    private static void JudgeIova(ContractStep step, ShadowIommu iommu)
    {
        var made = step.Mapping!;
        var (start, end) = Pages(made, iommu);
        foreach (var other in step.Shadow.Live)
        {
            if (other == made || other.Device != made.Device || other.Maker.Kind != AbiOpKind.Map)
            {
                continue;
            }

            // The entries of a list may share pages: they come and go together.
            var isOfSameList = made.List is { } list && other.List == list;
            var (otherStart, otherEnd) = Pages(other, iommu);
            if (isOfSameList && !other.OverlapsIova(made))
            {
                continue;
            }

            if (start < otherEnd && otherStart < end)
            {
                step.Report(
                    ContractRuleId.Exclusive,
                    $"IOVAs apart from {other.Name}, {Span(otherStart, otherEnd - otherStart)}",
                    Span(start, end - start));
                return;
            }
        }
    }

    private static (ulong Start, ulong End) Pages(ShadowMapping mapping, ShadowIommu iommu) => (
        mapping.DmaAddress & ~(iommu.Granule - 1),
        (mapping.DmaAddress + mapping.Size + iommu.Granule - 1) & ~(iommu.Granule - 1));

    private static (ulong Start, ulong End) Granules(
        ShadowMapping mapping, ulong address, ulong size)
    {
        var align = mapping.IsAllocation ? 0 : mapping.Maker.Arg;
        return (address & ~align, (address + size + align) & ~align);
    }

    private static void Report(ContractStep step, string other, ulong start, ulong size) =>
        step.Report(ContractRuleId.Exclusive, $"memory apart from {other}", Span(start, size));
}
