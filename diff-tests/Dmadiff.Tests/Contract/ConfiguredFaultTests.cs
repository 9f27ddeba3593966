// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>What is nobody's fault in other configurations than the default.</summary>
public sealed class ConfiguredFaultTests
{
    [Theory]
    [InlineData("swiotlb_map m0 d0 b0+0 1 from_device")]
    [InlineData("swiotlb_map m0 d0 b0+0 1 to_device")]
    public void What_swiotlb_bounces_its_callers_bring_behind_the_caches(string map) =>
        Findings($"""
            dmadiff-trace 1
            machine memory=1G cpus=1
            device d0 dma_mask=32 dma_coherent=no
            buffer b0 size=4K
            fill b0+0 1 seed=1
            {map}
            """).ShouldBeEmpty();

    [Fact]
    public void A_mapping_that_fails_has_written_out_the_caches_all_the_same() =>
        Findings("""
            dmadiff-trace 1
            machine memory=1G cpus=1
            device d0 dma_mask=32 dma_coherent=no iommu=strict
            buffer b0 size=16K
            map m0 d0 b0+0 4K from_device
            dev_write m0+0 1 seed=1
            iommu_fail 1
            map m1 d0 b0+0 4K to_device
            check
            """).ShouldBeEmpty();

    [Fact]
    public void A_pool_that_is_made_late_is_shared_with_devices() =>
        Findings("""
            dmadiff-trace 1
            machine memory=1G cpus=1 late_init=3M mem_encrypt=yes
            device d0 dma_mask=32
            buffer b0 size=4K
            map m0 d0 b0+0 1 to_device
            """).ShouldBeEmpty();

    private static List<string> Findings(string trace)
    {
        using var engine = new PortEngine(SwiotlbProfile.V7_3);
        return [.. Judged.Findings(engine, trace)];
    }
}
