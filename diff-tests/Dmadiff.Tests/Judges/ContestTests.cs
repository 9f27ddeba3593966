// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Judges;

public class ContestTests
{
    private const string PageAlignment = """
        dmadiff-trace 1
        cmdline swiotlb=force
        device d0 dma_mask=32 min_align=0x7ff
        device d1 dma_mask=32
        buffer b0 size=4K
        map m0 d1 b0+0 1 to_device
        map m1 d0 b0+0 4K to_device
        """;

    [Fact]
    public void Causes_are_given_for_a_kernel_like_6_1_against_one_like_6_12() =>
        CauseOf(SwiotlbProfile.V6_1, SwiotlbProfile.V6_12).ShouldBe("page-alignment");

    [Fact]
    public void No_cause_of_other_revisions_is_given_for_the_reverse() =>
        CauseOf(SwiotlbProfile.V6_12, SwiotlbProfile.V6_1).ShouldBeNull();

    private static string? CauseOf(SwiotlbProfile left, SwiotlbProfile right)
    {
        using var contest = new Contest([Contestant(left), Contestant(right)]);
        var campaign = new Campaign(contest);
        campaign.Run("test", TraceParser.Parse(PageAlignment));
        return campaign.Differences.ShouldHaveSingleItem()
            .Groups.ShouldHaveSingleItem().Known?.Id;
    }

    private static Contestant Contestant(SwiotlbProfile profile) =>
        new(new PortEngine(profile), new PortEngine(profile));
}
