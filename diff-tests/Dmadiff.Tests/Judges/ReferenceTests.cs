// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Judges;

public sealed class ReferenceTests
{
    private const string Trace = """
        dmadiff-trace 1
        device d0 dma_mask=32
        buffer b0 size=4K
        map m0 d0 b0+0 100 to_device

        """;

    [Fact]
    public void A_kernel_without_a_reference_is_compared_with_the_others_alone()
    {
        FakeEngine[] engines =
        [
            Kernel("old", 1), Kernel("new", 2), Kernel("port", 3), Kernel("newest", 4),
        ];
        using var contest = new Contest(
        [
            new Contestant(engines[0], null),
            new Contestant(engines[1], engines[2]),
            new Contestant(engines[3], null),
        ]);
        contest.Kernels.ShouldBe(["old", "new", "newest"]);
        contest.LockStep.Comparisons.Select(c => (c.Left, c.Right))
            .ShouldBe([(1, 2), (0, 1), (0, 3)]);
        contest.IsExact(0).ShouldBeTrue();
        contest.IsExact(1).ShouldBeFalse();
        Enumerable.Range(0, 3).ShouldAllBe(i => contest.CatalogueOf(i).Count == 0);
        Enumerable.Range(0, 4).Where(contest.IsKernel).ShouldBe([0, 1, 3]);
    }

    [Fact]
    public void The_catalogue_is_about_kernels_with_both_references_alone()
    {
        using var contest = new Contest(
        [
            new Contestant(Kernel("6.1", 1), Kernel("port 6.1", 1)),
            new Contestant(Kernel("5.10", 2), null),
            new Contestant(Kernel("6.12", 3), Kernel("port 6.12", 3)),
            new Contestant(Kernel("5.11", 4), null),
        ]);
        Enumerable.Range(0, contest.LockStep.Comparisons.Count)
            .Where(i => contest.CatalogueOf(i).Count > 0)
            .Select(i => contest.Engines[contest.LockStep.Comparisons[i].Right].Name)
            .ShouldBe(["6.12"]);
    }

    [Fact]
    public void A_kernel_without_a_reference_may_crash()
    {
        var crashes = new FakeEngine("alone")
        {
            OnOp = (_, _) => FakeEngine.Result(AbiStatus.Crash),
            CrashToReport = new CrashReport(AbiCrashKind.Hang, 0, "somewhere", "endless loop"),
        };
        using var contest = new Contest([new Contestant(crashes, null)]);
        var campaign = new Campaign(contest);

        campaign.Run("a test", TraceParser.Parse(Trace));

        campaign.Crashes.ShouldHaveSingleItem().Kernel.ShouldBe("alone");
        contest.ReferenceEngine(0).ShouldBeNull();
    }

    [Fact]
    public void A_kernel_that_nothing_fits_can_still_be_run()
    {
        using var contest = new Contest([new Contestant(Kernel("old", 1), null)]);
        var campaign = new Campaign(contest);
        campaign.Run("test", TraceParser.Parse(Trace, "test"));
        campaign.IsClean.ShouldBeTrue();

        // The map, and the check at the end.
        campaign.Operations.ShouldBe(2);
    }

    [Fact]
    public void A_fit_says_which_profile_and_why_it_may_differ()
    {
        ProfileFit.For(Features("IO_TLB_MEM")).Describe().ShouldBe(
            ["no profile of the port fits (it has no areas): not held against it"]);

        string[] exact =
        [
            "IO_TLB_MEM", "IO_TLB_AREAS", "SWIOTLB_INIT_FLAGS", "SWIOTLB_FORCE_FLAG",
            "RESTRICTED_POOL", "TBL_MAP_ALLOC_SIZE",
        ];
        var fit = ProfileFit.For(Features(exact));
        fit.IsExact.ShouldBeTrue();
        fit.Describe().ShouldBe(["held against the port's profile 6.1"]);

        ProfileFit.For(Features([.. exact[..^1], "PAD_SLOTS"])).Describe().ShouldBe(
        [
            "held against the port's profile 6.1, and may differ from it:",
            "  has padding slots",
            "  lacks an alloc_size given to map",
        ]);
    }

    private static HashSet<string> Features(params string[] names) =>
        [.. names.Select(n => "DMD_HAVE_" + n)];

    private static FakeEngine Kernel(string name, ulong value) => new(name)
    {
        OnOp = (_, _) => FakeEngine.Result(value: value),
    };
}
