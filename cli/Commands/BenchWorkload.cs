// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Cli.Commands;

/// <summary>
/// Operations to measure, and the machine they are for. They may run again on the machine they
/// ran on: what is made already is not made twice.
/// </summary>
/// <param name="Name">The subsystem.</param>
/// <param name="What">What is done, for a heading.</param>
/// <param name="Cmdline">The boot line.</param>
/// <param name="Configuration">Of the kernel.</param>
/// <param name="Ops">The operations.</param>
internal sealed record BenchWorkload(
    string Name, string What, string Cmdline, KernelConfiguration Configuration, AbiOp[] Ops)
{
    private const int Operations = 200_000;
    private const int BufferBytes = 1 << 20;
    private const int LargestMapping = 3000;
    private const int MappingsAtATime = 64;
    private const uint SegmentBytes = 256 << 10;
    private const uint Pools = 8;
    private const uint FirstFiller = 1000;

    /// <summary>Bouncing through one pool.</summary>
    public static BenchWorkload Swiotlb { get; } = new(
        "swiotlb",
        $"map and unmap, {LargestMapping / 2} bytes on average, 64 MiB pool, 1 CPU",
        "swiotlb=32768,force",
        KernelConfiguration.Default,
        Bounces([]));

    /// <summary>Bouncing through the last of some pools, all others being full.</summary>
    public static BenchWorkload GrowingPools { get; } = new(
        "swiotlb, pools that grow",
        $"map and unmap, {LargestMapping / 2} bytes on average, in the last of {Pools} pools",
        "swiotlb=128,1,force",
        KernelConfiguration.Default.With(KernelOption.SwiotlbDynamic, on: true),
        Bounces(FullPools()));

    /// <summary>Lists that need no bouncing, coherent memory and atomic pools.</summary>
    public static BenchWorkload Dma { get; } = new(
        "dma-direct and pools",
        "lists of 4 entries, coherent memory and atomic pools, 4 KiB each",
        "swiotlb=2048",
        KernelConfiguration.Default,
        Calls());

    /// <summary>IOVA domains.</summary>
    public static BenchWorkload Iova { get; } = new(
        "IOVA",
        "alloc and free of IOVAs, 1 in 8 beside the caches, 1 CPU",
        "swiotlb=2048",
        KernelConfiguration.Default,
        IovaWorkload.Make(Operations));

    /// <summary>Behind an IOMMU that is flushed by each unmap.</summary>
    public static BenchWorkload Strict { get; } = BehindIommu("IOMMU, strict", AbiIommuMode.Strict);

    /// <summary>Behind one that is flushed when a queue is full.</summary>
    public static BenchWorkload Lazy { get; } = BehindIommu("IOMMU, lazy", AbiIommuMode.Lazy);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BenchWorkload> All { get; } =
        [Swiotlb, GrowingPools, Dma, Iova, Strict, Lazy];

    /// <summary>How the device stands behind an IOMMU.</summary>
    private AbiIommuMode Iommu { get; init; }

    /// <summary>Boots the machine.</summary>
    /// <param name="engine">What runs it.</param>
    /// <param name="flags">Unobserved, to measure the code alone.</param>
    public void Boot(IEngine engine, AbiMachineFlag flags)
    {
        var setup = new Setup(
            new AbiMachine
            {
                MemoryBytes = 1UL << 30,
                Cpus = 1,
                Flags = AbiMachineFlag.AddressingLimit | flags,
            },
            Cmdline,
            [],
            [
                new AbiDevice
                {
                    DmaMask = uint.MaxValue,
                    SegBoundary = uint.MaxValue,
                    MaxSegmentBytes = 65536,
                    Iommu = Iommu,
                    IommuPgsizes = 4096 | 2 << 20 | 1 << 30,
                },
            ],
            [new AbiBuffer { Base = 16 << 20, Bytes = BufferBytes }])
        {
            Configuration = Configuration,
        };
        engine.Boot(setup, new AbiResult[setup.StepCount]);
    }

    private static AbiOp[] Bounces(AbiOp[] before)
    {
        const int step = 977;
        var ops = new AbiOp[Operations];
        for (int i = 0; i < ops.Length; i += 2)
        {
            uint mapping = (uint)(i / 2 % MappingsAtATime);
            ops[i] = new AbiOp
            {
                Kind = AbiOpKind.Map,
                Mapping = mapping,
                Offset = (ulong)((long)i * step % (BufferBytes - LargestMapping)),
                Size = (ulong)(1 + ((long)i * step % LargestMapping)),
                Direction = AbiDirection.Bidirectional,
            };
            ops[i + 1] = new AbiOp { Kind = AbiOpKind.Unmap, Mapping = mapping };
        }

        return [.. before, .. ops];
    }

    // Each map fills a pool and asks for the next. The first pool, which is searched last, is
    // emptied in the end.
    private static AbiOp[] FullPools()
    {
        var ops = new List<AbiOp>();
        for (uint i = 0; i < Pools; i++)
        {
            ops.Add(new AbiOp
            {
                Kind = AbiOpKind.Map,
                Mapping = FirstFiller + i,
                Size = SegmentBytes,
                Direction = AbiDirection.ToDevice,
            });
            if (i + 1 < Pools)
            {
                ops.Add(Made(AbiOpKind.Map, FirstFiller + Pools + i));
                ops.Add(Made(AbiOpKind.Unmap, FirstFiller + Pools + i));
                ops.Add(new AbiOp { Kind = AbiOpKind.Work });
                ops.Add(new AbiOp { Kind = AbiOpKind.Rcu });
            }
        }

        ops.Add(Made(AbiOpKind.Unmap, FirstFiller));
        return [.. ops];
    }

    private static BenchWorkload BehindIommu(string name, AbiIommuMode mode)
    {
        var ops = ListOfFour();
        while (ops.Count < Operations)
        {
            ops.Add(Made(AbiOpKind.Map, 1));
            ops.Add(Made(AbiOpKind.Unmap, 1));
            ops.Add(new AbiOp { Kind = AbiOpKind.MapSg, Direction = AbiDirection.ToDevice });
            ops.Add(Made(AbiOpKind.UnmapSg, 0));
        }

        return new(
            name,
            "pages and lists of 4 entries, 4 KiB each, mapped and unmapped, 1 CPU",
            "swiotlb=2048",
            KernelConfiguration.Default,
            [.. ops])
        {
            Iommu = mode,
        };
    }

    private static List<AbiOp> ListOfFour()
    {
        const uint entries = 4;
        const uint entryBytes = 4096;
        var ops = new List<AbiOp>();
        for (uint i = 0; i < entries; i++)
        {
            ops.Add(new AbiOp
            {
                Kind = AbiOpKind.SgEntry,
                Arg = i,
                Offset = 2 * entryBytes * i,
                Size = entryBytes,
            });
        }

        return ops;
    }

    private static AbiOp[] Calls()
    {
        var ops = ListOfFour();
        while (ops.Count < Operations)
        {
            ops.Add(new AbiOp { Kind = AbiOpKind.MapSg, Direction = AbiDirection.ToDevice });
            ops.Add(Made(AbiOpKind.UnmapSg, 0));
            ops.Add(Made(AbiOpKind.Alloc, 1));
            ops.Add(Made(AbiOpKind.Free, 1));
            ops.Add(Made(AbiOpKind.PoolAlloc, 2) with { Arg = (ulong)AbiGfp.Atomic });
            ops.Add(Made(AbiOpKind.PoolFree, 2));
        }

        return [.. ops];
    }

    private static AbiOp Made(AbiOpKind kind, uint mapping) => new()
    {
        Kind = kind,
        Mapping = mapping,
        Size = 4096,
        Direction = AbiDirection.Bidirectional,
    };
}
