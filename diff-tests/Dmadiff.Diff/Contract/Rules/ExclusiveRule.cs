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

        var (start, size) = Granules(made);
        foreach (var other in step.Shadow.Live)
        {
            if (other == made || !other.Bounced)
            {
                continue;
            }

            var (otherStart, otherSize) = Granules(other);
            if (start < otherStart + otherSize && otherStart < start + size)
            {
                Report(step, $"{other.Name}, {Span(otherStart, otherSize)}", start, size);
                return;
            }
        }

        foreach (var buffer in step.Shadow.Buffers)
        {
            if (buffer is not null && buffer.Overlaps(made.Address, made.Size))
            {
                Report(
                    step,
                    $"buffer {buffer.Name}, {Span(buffer.Base, buffer.Bytes)}",
                    made.Address,
                    made.Size);
                return;
            }
        }

        foreach (var pool in step.Shadow.Pools)
        {
            if (pool.Index != made.Device.Pool && pool.Overlaps(made.Address, made.Size))
            {
                Report(
                    step,
                    $"pool {pool.Name}, {Span(pool.Start, pool.Bytes)}",
                    made.Address,
                    made.Size);
                return;
            }
        }

        RequireOwnPool(step, made);
    }

    private static void RequireOwnPool(ContractStep step, ShadowMapping made)
    {
        foreach (var later in step.Shadow.Later)
        {
            var isOwn = later.Owner == made.Device.Pool
                && (!later.IsTransient || later.Device == made.Device.Index);
            if (!isOwn && later.Overlaps(made.Address, made.Size))
            {
                Report(
                    step,
                    $"another's pool, {Span(later.Start, later.Bytes)}",
                    made.Address,
                    made.Size);
            }
        }
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

            var (otherStart, otherEnd) = Pages(other, iommu);
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

    private static (ulong Start, ulong Size) Granules(ShadowMapping mapping)
    {
        var align = mapping.IsAllocation ? 0 : mapping.Maker.Arg;
        var start = mapping.Address & ~align;
        return (start, ((mapping.Address + mapping.Size + align) & ~align) - start);
    }

    private static void Report(ContractStep step, string other, ulong start, ulong size) =>
        step.Report(ContractRuleId.Exclusive, $"memory apart from {other}", Span(start, size));
}
