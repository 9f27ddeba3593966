// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>What a driver must not do gives no finding, and what follows is judged as ever.
/// </summary>
public class DriverFaultTests
{
    private const string Header = """
        dmadiff-trace 1
        cmdline swiotlb=512,1,force
        device d0 dma_mask=32 min_align=0xfff
        device d1 dma_mask=64
        buffer b0 size=64K
        fill b0+0 64K seed=1
        map m0 d0 b0+0x4010 5000 bidirectional

        """;

    private const string Footer = """
        sync_for_cpu m0+16 100
        unmap m0

        """;

    [Theory]
    [InlineData("sync_for_cpu m0+5100 300")]
    [InlineData("sync_for_cpu m0+4000 3000")]
    [InlineData("sync_for_device m0+4000 3000")]
    [InlineData("sync_for_device m0+5001 1")]
    [InlineData("dev_write m0+4990 20 seed=3")]
    [InlineData("dev_read m0+4990 20")]
    [InlineData("fill b0+0x4000 6000 seed=9")]
    [InlineData("map m1 d0 b0+0x4010 5000 from_device\ndev_write m1+0 9 seed=1\nunmap m1")]
    [InlineData("map m1 d1 b0+0x4020 100 from_device\ndev_write m1+0 9 seed=1\nunmap m1")]
    [InlineData("swiotlb_map m1 d0 b0+0 100 to_device align=0x1fff\nswiotlb_unmap m1")]
    [InlineData("map m1 d0 b0+0 0 to_device")]
    [InlineData("debugfs_write default used_hiwater 5")]
    [InlineData("map m1 d0 b0+0 64K from_device skip_sync\nfill b0+0 64K seed=4\nunmap m1")]
    [InlineData("map m1 d0 b0+0 99 from_device\nunmap m1 skip_sync")]
    public void A_drivers_own_fault_gives_no_finding(string operations)
    {
        using var engine = new PortEngine(SwiotlbProfile.V6_12);
        Judged.Findings(engine, $"{Header}{operations}\n{Footer}").ShouldBeEmpty();
    }

    [Fact]
    public void What_follows_a_fault_is_still_judged()
    {
        using var engine = new TamperedEngine
        {
            OnMemory = (op, _) => op is { Kind: AbiOpKind.SyncForCpu, Size: 100 }
                ? [0x1004010 + 16]
                : [],
        };
        Judged.Findings(engine, $"{Header}sync_for_cpu m0+5100 300\n{Footer}")
            .ShouldBe(["C4 data sync_for_cpu"]);
    }
}
