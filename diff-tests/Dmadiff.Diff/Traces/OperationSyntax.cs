// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Frozen;

namespace Dmadiff.Diff.Traces;

/// <summary>One place in a line; the order of an operation's places is its syntax.</summary>
public enum Operand
{
    /// <summary>"m0", which the operation makes or ends.</summary>
    Mapping,

    /// <summary>"d0".</summary>
    Device,

    /// <summary>"b0+0x10".</summary>
    BufferPlace,

    /// <summary>"m0+100".</summary>
    MappingPlace,

    /// <summary>Bytes, "5000" or "16K".</summary>
    Size,

    /// <summary>"to_device", "from_device", "bidirectional".</summary>
    Direction,

    /// <summary>"default" or a declared pool.</summary>
    Pool,

    /// <summary>"nslabs", "used" or "used_hiwater".</summary>
    File,

    /// <summary>A number.</summary>
    Number,

    /// <summary>"v0", an IOVA domain.</summary>
    Domain,

    /// <summary>Pages of an IOVA domain.</summary>
    Pages,

    /// <summary>A page frame number.</summary>
    Pfn,

    /// <summary>The last page frame number of a range.</summary>
    LastPfn,

    /// <summary>"stale", "reused", "absent", "mapped", "flushes" or "map_calls".</summary>
    IotlbCount,

    /// <summary>"s0".</summary>
    List,

    /// <summary>"b0+0:4K b0+8K:512", one or more.</summary>
    Entries,

    /// <summary>A physical address.</summary>
    Address,

    /// <summary>"seed=7", must be given.</summary>
    Seed,

    /// <summary>"limit=0xfffff", the highest pfn, must be given.</summary>
    Limit,

    /// <summary>"granule=4K", bytes of a page, must be given.</summary>
    Granule,

    /// <summary>"start=1", the lowest pfn, must be given.</summary>
    Start,

    /// <summary>"iova=0x10000", must be given.</summary>
    Iova,

    /// <summary>"align=0xfff", may be given.</summary>
    Align,

    /// <summary>"skip_sync", may be given.</summary>
    SkipSync,

    /// <summary>"no_warn", may be given.</summary>
    NoWarn,

    /// <summary>"chain=4", may be given.</summary>
    Chain,

    /// <summary>"gfp=atomic", may be given.</summary>
    Gfp,

    /// <summary>"no_kernel_mapping", may be given.</summary>
    NoKernelMapping,

    /// <summary>"force_contiguous", may be given.</summary>
    ForceContiguous,

    /// <summary>"write_combine", may be given.</summary>
    WriteCombine,

    /// <summary>"single_pages", may be given.</summary>
    SinglePages,

    /// <summary>"mmio", may be given.</summary>
    Mmio,

    /// <summary>"attr=10", a bit of the kernel's own, may be given.</summary>
    Attr,

    /// <summary>"no_rcaches", may be given.</summary>
    NoRcaches,

    /// <summary>"aligned", may be given.</summary>
    Aligned,

    /// <summary>"flush", may be given.</summary>
    Flush,
}

/// <summary>What made a mapping; it must be ended by the call that belongs to it.</summary>
public enum MappingFamily
{
    /// <summary>The operation uses no mapping.</summary>
    None,

    /// <summary>dma_map_page and its kin.</summary>
    Dma,

    /// <summary>swiotlb_tbl_map_single and its kin.</summary>
    Swiotlb,

    /// <summary>swiotlb_alloc.</summary>
    Alloc,

    /// <summary>alloc_iova.</summary>
    Iova,

    /// <summary>alloc_iova_fast; free_iova may end it, too.</summary>
    IovaFast,

    /// <summary>iommu_map, whose mappings have no end.</summary>
    Iommu,

    /// <summary>iommu_dma_prepare_msi, whose pages stay mapped.</summary>
    Msi,

    /// <summary>dma_map_sg and its kin.</summary>
    Sg,

    /// <summary>dma_alloc_attrs.</summary>
    Coherent,

    /// <summary>dma_alloc_from_pool.</summary>
    AtomicPool,

    /// <summary>One of these two: memory that the CPU has an address for.</summary>
    Memory,

    /// <summary>dma_map_resource.</summary>
    Resource,

    /// <summary>dma_map_phys.</summary>
    Phys,

    /// <summary>Whatever made it: the device does not know.</summary>
    Any,
}

/// <summary>What an operation does to the life of its mapping.</summary>
public enum MappingUse
{
    /// <summary>It has none, or only uses it.</summary>
    Use,

    /// <summary>It makes it.</summary>
    Make,

    /// <summary>It ends it.</summary>
    End,

    /// <summary>It uses one that has ended.</summary>
    After,
}

/// <summary>How an operation is written.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Word">Its first word.</param>
/// <param name="Operands">Its places: positional ones first, then options.</param>
/// <param name="Family">The mappings it works on.</param>
/// <param name="Use">What it does to the life of its mapping.</param>
/// <param name="DomainUse">What it does to the life of its IOVA domain, if it has one.</param>
public sealed partial record OperationSyntax(
    OperationKind Kind,
    string Word,
    ValueList<Operand> Operands,
    MappingFamily Family = MappingFamily.None,
    MappingUse Use = MappingUse.Use,
    MappingUse DomainUse = MappingUse.Use)
{
    private static readonly OperationSyntax[] Table =
    [
        new(OperationKind.Check, "check", []),
        new(OperationKind.Cpu, "cpu", [Operand.Number]),
        new(OperationKind.Time, "time", [Operand.Number]),
        new(OperationKind.FailAlloc, "fail_alloc", [Operand.Number]),
        new(OperationKind.Work, "work", []),
        new(OperationKind.Rcu, "rcu", []),
        new(OperationKind.Fill, "fill", [Operand.BufferPlace, Operand.Size, Operand.Seed]),
        new(
            OperationKind.Map,
            "map",
            [
                Operand.Mapping, Operand.Device, Operand.BufferPlace, Operand.Size,
                Operand.Direction, Operand.SkipSync, Operand.Attr, Operand.NoWarn,
            ],
            MappingFamily.Dma,
            MappingUse.Make),
        new(
            OperationKind.Unmap,
            "unmap",
            [Operand.Mapping, Operand.SkipSync],
            MappingFamily.Dma,
            MappingUse.End),
        Place(OperationKind.SyncForCpu, "sync_for_cpu", MappingFamily.Dma),
        Place(OperationKind.SyncForDevice, "sync_for_device", MappingFamily.Dma),
        Place(OperationKind.DevRead, "dev_read", MappingFamily.Any),
        new(
            OperationKind.DevWrite,
            "dev_write",
            [Operand.MappingPlace, Operand.Size, Operand.Seed],
            MappingFamily.Any),
        new(
            OperationKind.SwiotlbMap,
            "swiotlb_map",
            [
                Operand.Mapping, Operand.Device, Operand.BufferPlace, Operand.Size,
                Operand.Direction, Operand.Align, Operand.Attr, Operand.NoWarn,
            ],
            MappingFamily.Swiotlb,
            MappingUse.Make),
        new(
            OperationKind.SwiotlbUnmap,
            "swiotlb_unmap",
            [Operand.Mapping, Operand.SkipSync],
            MappingFamily.Swiotlb,
            MappingUse.End),
        Place(OperationKind.SwiotlbSyncForCpu, "swiotlb_sync_for_cpu", MappingFamily.Swiotlb),
        Place(
            OperationKind.SwiotlbSyncForDevice,
            "swiotlb_sync_for_device",
            MappingFamily.Swiotlb),
        new(
            OperationKind.SwiotlbAlloc,
            "swiotlb_alloc",
            [Operand.Mapping, Operand.Device, Operand.Size],
            MappingFamily.Alloc,
            MappingUse.Make),
        new(
            OperationKind.SwiotlbFree,
            "swiotlb_free",
            [Operand.Mapping],
            MappingFamily.Alloc,
            MappingUse.End),
        new(OperationKind.MaxMappingSize, "max_mapping_size", [Operand.Device]),
        new(OperationKind.DebugfsRead, "debugfs_read", [Operand.Pool, Operand.File]),
        new(
            OperationKind.DebugfsWrite,
            "debugfs_write",
            [Operand.Pool, Operand.File, Operand.Number]),
        .. DmaApiRows(),
        .. IovaSyntax.Table,
        new(
            OperationKind.StaleRead,
            "stale_read",
            [Operand.MappingPlace, Operand.Size],
            MappingFamily.Dma,
            MappingUse.After),
        new(
            OperationKind.StaleWrite,
            "stale_write",
            [Operand.MappingPlace, Operand.Size, Operand.Seed],
            MappingFamily.Dma,
            MappingUse.After),
        new(
            OperationKind.IommuMap,
            "iommu_map",
            [
                Operand.Mapping, Operand.Device, Operand.BufferPlace, Operand.Size,
                Operand.Direction, Operand.Iova,
            ],
            MappingFamily.Iommu,
            MappingUse.Make),
        new(
            OperationKind.IommuMapSg,
            "iommu_map_sg",
            [
                Operand.Mapping, Operand.Device, Operand.List, Operand.Direction, Operand.Iova,
            ],
            MappingFamily.Iommu,
            MappingUse.Make),
        Place(OperationKind.IommuUnmap, "iommu_unmap", MappingFamily.Iommu),
        new(
            OperationKind.IovaToPhys,
            "iova_to_phys",
            [Operand.MappingPlace],
            MappingFamily.Any),
        new(OperationKind.IotlbRead, "iotlb_read", [Operand.Device, Operand.IotlbCount]),
        new(
            OperationKind.PrepareMsi,
            "prepare_msi",
            [Operand.Mapping, Operand.Device, Operand.Address],
            MappingFamily.Msi,
            MappingUse.Make),
        new(OperationKind.IommuFail, "iommu_fail", [Operand.Number]),
        new(OperationKind.XenForeign, "xen_foreign", [Operand.BufferPlace, Operand.Address]),
    ];

    private static readonly FrozenDictionary<string, OperationSyntax> ByWord =
        Table.ToFrozenDictionary(syntax => syntax.Word);

    private static readonly FrozenDictionary<OperationKind, OperationSyntax> ByKind =
        Table.ToFrozenDictionary(syntax => syntax.Kind);

    /// <summary>The first word of an expectation, which has a syntax of its own.</summary>
    public const string ExpectWord = "expect";

    /// <summary>Every operation but the expectations.</summary>
    public static IReadOnlyList<OperationSyntax> All => Table;

    /// <summary>The syntax of a word, or null.</summary>
    public static OperationSyntax? Find(string word) => ByWord.GetValueOrDefault(word);

    /// <summary>The syntax of a kind, or null for an expectation.</summary>
    public static OperationSyntax? Of(OperationKind kind) => ByKind.GetValueOrDefault(kind);

    /// <summary>The first word of a kind.</summary>
    public static string WordOf(OperationKind kind) => Of(kind)?.Word ?? ExpectWord;

    /// <summary>How it is written: "fill BUFFER+OFFSET SIZE seed=N".</summary>
    public string Usage
    {
        get
        {
            var places = Operands.Select(DescribeOperand);
            return string.Join(' ', places.Prepend(Word));
        }
    }

    /// <summary>Whether an IOVA domain is named.</summary>
    public bool HasDomain => Operands.Contains(Operand.Domain);

    private static string DescribeOperand(Operand operand) => operand switch
    {
        Operand.Domain => "DOMAIN",
        Operand.Pages => "PAGES",
        Operand.Pfn => "PFN",
        Operand.LastPfn => "LAST",
        Operand.Limit => "limit=PFN",
        Operand.Granule => "granule=SIZE",
        Operand.Start => "start=PFN",
        Operand.Mapping => "MAPPING",
        Operand.Device => "DEVICE",
        Operand.BufferPlace => "BUFFER+OFFSET",
        Operand.MappingPlace => "MAPPING+OFFSET",
        Operand.Size => "SIZE",
        Operand.Direction => "DIRECTION",
        Operand.Pool => "POOL",
        Operand.File => "FILE",
        Operand.IotlbCount => "COUNT",
        Operand.Seed => "seed=N",
        Operand.Iova => "iova=ADDRESS",
        Operand.Align => "[align=MASK]",
        Operand.SkipSync => "[skip_sync]",
        Operand.NoWarn => "[no_warn]",
        Operand.Attr => "[attr=N]",
        Operand.List => "LIST",
        Operand.Entries => "BUFFER+OFFSET:SIZE...",
        Operand.Address => "ADDRESS",
        Operand.Chain => "[chain=N]",
        Operand.Gfp => "[gfp=WORD]",
        _ when AttrWords.TryOf(operand, out var word) => $"[{word}]",
        _ => "NUMBER",
    };

    private static OperationSyntax Place(OperationKind kind, string word, MappingFamily family) =>
        new(kind, word, [Operand.MappingPlace, Operand.Size], family);
}
