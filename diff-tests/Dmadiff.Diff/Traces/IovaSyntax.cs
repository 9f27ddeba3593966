// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>How operations on IOVA domains, and those of CPU hotplug, are written.</summary>
internal static class IovaSyntax
{
    /// <summary>Their rows of <see cref="OperationSyntax.All"/>.</summary>
    public static OperationSyntax[] Table { get; } =
    [
        new(
            OperationKind.IovaInit,
            "iova_init",
            [Operand.Domain, Operand.Granule, Operand.Start, Operand.NoRcaches],
            DomainUse: MappingUse.Make),
        new(OperationKind.IovaPut, "iova_put", [Operand.Domain], DomainUse: MappingUse.End),
        new(
            OperationKind.IovaAlloc,
            "iova_alloc",
            [Operand.Mapping, Operand.Domain, Operand.Pages, Operand.Limit, Operand.Aligned],
            MappingFamily.Iova,
            MappingUse.Make),
        new(
            OperationKind.IovaFree,
            "iova_free",
            [Operand.Mapping],
            MappingFamily.Iova,
            MappingUse.End),
        new(
            OperationKind.IovaAllocFast,
            "iova_alloc_fast",
            [Operand.Mapping, Operand.Domain, Operand.Pages, Operand.Limit, Operand.Flush],
            MappingFamily.IovaFast,
            MappingUse.Make),
        new(
            OperationKind.IovaFreeFast,
            "iova_free_fast",
            [Operand.Mapping],
            MappingFamily.IovaFast,
            MappingUse.End),
        new(
            OperationKind.IovaReserve,
            "iova_reserve",
            [Operand.Domain, Operand.Pfn, Operand.LastPfn]),
        new(OperationKind.IovaFind, "iova_find", [Operand.Domain, Operand.Pfn]),
        new(OperationKind.CpuDown, "cpu_down", [Operand.Number]),
        new(OperationKind.CpuUp, "cpu_up", [Operand.Number]),
    ];
}
