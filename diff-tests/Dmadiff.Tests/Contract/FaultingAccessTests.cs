// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>What a device may do inside a mapping, its IOMMU lets through.</summary>
public class FaultingAccessTests
{
    [Theory]
    [InlineData(AbiOpKind.DevRead, "to_device", true)]
    [InlineData(AbiOpKind.DevRead, "bidirectional", true)]
    [InlineData(AbiOpKind.DevRead, "from_device", false)]
    [InlineData(AbiOpKind.DevWrite, "from_device", true)]
    [InlineData(AbiOpKind.DevWrite, "bidirectional", true)]
    [InlineData(AbiOpKind.DevWrite, "to_device", false)]
    public void A_fault_is_C4_where_the_direction_allows_the_access(
        AbiOpKind kind, string direction, bool isBreach)
    {
        string word = kind == AbiOpKind.DevRead ? "dev_read" : "dev_write";
        string seed = kind == AbiOpKind.DevRead ? string.Empty : " seed=1";
        foreach (string map in (string[])["map m0 d0 b0+0 4K", "map_sg m0 d0 s0"])
        {
            using var engine = new TamperedEngine
            {
                OnResult = (op, result) => op.Kind == kind
                    ? result with { Status = AbiStatus.BusError }
                    : result,
            };
            string[] expected = isBreach ? [$"C4 data {word}"] : [];
            Judged.Findings(engine, $"""
                dmadiff-trace 1
                device d0 dma_mask=32 iommu=strict
                buffer b0 size=16K
                sglist s0 b0+0:2K b0+8K:2K
                {map} {direction}
                {word} m0+4000 96{seed}
                {word} m0+4000 97{seed}

                """).ShouldBe(expected, $"{word} {map}");
        }
    }
}
