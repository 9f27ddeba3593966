// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>What drivers do most, to tell what it costs.</summary>
/// <param name="Name">In a few words.</param>
/// <param name="Header">Machine, device and buffer, and what is done once.</param>
/// <param name="Turn">What is done over and over.</param>
public sealed record StandardWorkload(string Name, string Header, string Turn)
{
    /// <summary>Turns that are counted.</summary>
    private const int Turns = 64;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<StandardWorkload> All { get; } =
    [
        new(
            "bounced map and unmap",
            """
            dmadiff-trace 1
            machine memory=1G cpus=1
            cmdline swiotlb=2048,1,force
            device d0 dma_mask=32
            buffer b0 size=64K

            """,
            "map m0 d0 b0+0 4K to_device\nunmap m0\n"),
        new(
            "map and unmap in place",
            """
            dmadiff-trace 1
            machine memory=1G cpus=1
            device d0 dma_mask=64
            buffer b0 size=64K

            """,
            "map m0 d0 b0+0 4K to_device\nunmap m0\n"),
        new(
            "sync of a bounced mapping",
            """
            dmadiff-trace 1
            machine memory=1G cpus=1
            cmdline swiotlb=2048,1,force
            device d0 dma_mask=32
            buffer b0 size=64K
            map m0 d0 b0+0 4K bidirectional

            """,
            "sync_for_cpu m0+0 4K\nsync_for_device m0+0 4K\n"),
        new(
            "map and unmap of a list",
            """
            dmadiff-trace 1
            machine memory=1G cpus=1
            device d0 dma_mask=64
            buffer b0 size=64K
            sglist s0 b0+0:4K b0+8K:4K b0+16K:4K

            """,
            "map_sg m0 d0 s0 to_device\nunmap_sg m0\n"),
        new(
            "map and unmap behind an IOMMU",
            """
            dmadiff-trace 1
            machine memory=1G cpus=1
            device d0 dma_mask=32 iommu=strict
            buffer b0 size=64K

            """,
            "map m0 d0 b0+0 4K to_device\nunmap m0\n"),
    ];

    /// <summary>Operations in what <see cref="Once"/> leaves out.</summary>
    public int Operations { get; } = Turns * Turn.Count(c => c == '\n');

    /// <summary>With as many turns as it takes to be warm.</summary>
    public LoweredTrace Once => Make(1);

    /// <summary>The same and then the turns that count.</summary>
    public LoweredTrace Whole => Make(1 + Turns);

    private LoweredTrace Make(int turns) => TraceLowering.Lower(TraceParser.Parse(
        Header + string.Concat(Enumerable.Repeat(Turn, turns)), Name));
}
