// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <content>The DMA API beyond one page: scatterlists, coherent memory, resources.</content>
public sealed partial record OperationSyntax
{
    /// <summary>Whether it may be done to a mapping that a family made.</summary>
    public bool Suits(MappingFamily maker) => Family switch
    {
        MappingFamily.Any => maker is not (MappingFamily.Iova or MappingFamily.IovaFast),
        MappingFamily.Iova => maker is MappingFamily.Iova or MappingFamily.IovaFast,
        MappingFamily.Memory => maker is MappingFamily.Coherent or MappingFamily.AtomicPool,

        // dma_map_phys() is dma_map_page() without a page: only its end is another.
        MappingFamily.Dma when Use == MappingUse.Use =>
            maker is MappingFamily.Dma or MappingFamily.Phys,
        _ => maker == Family,
    };

    private static IEnumerable<OperationSyntax> DmaApiRows() =>
    [
        .. ScatterRows(),
        new(
            OperationKind.Alloc,
            "alloc",
            [
                Operand.Mapping, Operand.Device, Operand.Size, Operand.Gfp,
                Operand.NoKernelMapping, Operand.ForceContiguous, Operand.WriteCombine,
                Operand.SinglePages, Operand.NoWarn,
            ],
            MappingFamily.Coherent,
            MappingUse.Make),
        Ending(OperationKind.Free, "free", MappingFamily.Coherent),
        new(
            OperationKind.GetSgtable,
            "get_sgtable",
            [Operand.Mapping],
            MappingFamily.Coherent),
        new(
            OperationKind.CpuWrite,
            "cpu_write",
            [Operand.MappingPlace, Operand.Size, Operand.Seed],
            MappingFamily.Memory),
        Place(OperationKind.CpuRead, "cpu_read", MappingFamily.Memory),
        new(
            OperationKind.PoolAlloc,
            "pool_alloc",
            [Operand.Mapping, Operand.Device, Operand.Size, Operand.Gfp, Operand.NoWarn],
            MappingFamily.AtomicPool,
            MappingUse.Make),
        Ending(OperationKind.PoolFree, "pool_free", MappingFamily.AtomicPool),
        new(
            OperationKind.MapResource,
            "map_resource",
            [
                Operand.Mapping, Operand.Device, Operand.Address, Operand.Size,
                Operand.Direction,
            ],
            MappingFamily.Resource,
            MappingUse.Make),
        Ending(OperationKind.UnmapResource, "unmap_resource", MappingFamily.Resource),
        new(
            OperationKind.MapPhys,
            "map_phys",
            [
                Operand.Mapping, Operand.Device, Operand.BufferPlace, Operand.Size,
                Operand.Direction, Operand.SkipSync, Operand.Mmio, Operand.Attr,
                Operand.NoWarn,
            ],
            MappingFamily.Phys,
            MappingUse.Make),
        new(
            OperationKind.UnmapPhys,
            "unmap_phys",
            [Operand.Mapping, Operand.SkipSync],
            MappingFamily.Phys,
            MappingUse.End),
        new(OperationKind.OptMappingSize, "opt_mapping_size", [Operand.Device]),
        new(OperationKind.RequiredMask, "required_mask", [Operand.Device]),
        new(OperationKind.AddressingLimited, "addressing_limited", [Operand.Device]),
        new(OperationKind.NeedSync, "need_sync", [Operand.MappingPlace], MappingFamily.Dma),
    ];

    private static IEnumerable<OperationSyntax> ScatterRows() =>
    [
        new(
            OperationKind.ScatterList,
            "sglist",
            [Operand.List, Operand.Entries, Operand.Chain]),
        new(
            OperationKind.MapSg,
            "map_sg",
            [
                Operand.Mapping, Operand.Device, Operand.List, Operand.Direction,
                Operand.SkipSync, Operand.Attr, Operand.NoWarn,
            ],
            MappingFamily.Sg,
            MappingUse.Make),
        new(
            OperationKind.UnmapSg,
            "unmap_sg",
            [Operand.Mapping, Operand.SkipSync],
            MappingFamily.Sg,
            MappingUse.End),
        new(
            OperationKind.SyncSgForCpu,
            "sync_sg_for_cpu",
            [Operand.Mapping],
            MappingFamily.Sg),
        new(
            OperationKind.SyncSgForDevice,
            "sync_sg_for_device",
            [Operand.Mapping],
            MappingFamily.Sg),
        new(
            OperationKind.SgAddress,
            "sg_address",
            [Operand.Mapping, Operand.Number],
            MappingFamily.Sg),
        new(
            OperationKind.SgLength,
            "sg_length",
            [Operand.Mapping, Operand.Number],
            MappingFamily.Sg),
    ];

    private static OperationSyntax Ending(
        OperationKind kind, string word, MappingFamily family) =>
        new(kind, word, [Operand.Mapping], family, MappingUse.End);
}
