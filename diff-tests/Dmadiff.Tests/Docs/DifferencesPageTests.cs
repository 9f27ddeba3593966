// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Docs;

public class DifferencesPageTests
{
    private static readonly List<DocBlock> Traces =
    [
        .. DocPage.Get("docs/differences-6.1-6.12.md").Blocks
            .Where(block => block.Language == "trace"),
    ];

    public static TheoryData<string> Catalogue =>
        [.. KnownDifferences.Catalogue.Select(entry => entry.Id)];

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void Each_known_difference_has_a_trace_that_shows_it(string id)
    {
        var block = Traces.ShouldHaveSingleItem(id);
        using var older = new PortEngine(SwiotlbProfile.V6_1);
        using var newer = new PortEngine(SwiotlbProfile.V6_12);
        using var lockStep = LockStep.FirstWithOthers([older, newer], new BehaviourJudge());

        var report = lockStep.Run(TraceLowering.Lower(TraceParser.Parse(block.Text)));

        var divergence = report.Divergence.ShouldNotBeNull();
        KnownDifferences.Find(new DifferenceContext(report.Trace, divergence))
            .ShouldNotBeNull().Id.ShouldBe(id);
    }

    [Fact]
    public void Both_kernels_crash_where_the_page_says_so()
    {
        var block = Traces.ShouldHaveSingleItem("The same in both");
        foreach (var profile in new[] { SwiotlbProfile.V6_1, SwiotlbProfile.V6_12 })
        {
            using var engine = new PortEngine(profile);
            using var lockStep = LockStep.FirstWithOthers([engine], new BehaviourJudge());

            lockStep.Run(TraceLowering.Lower(TraceParser.Parse(block.Text)));

            engine.ReadCrash().ShouldNotBeNull().Where.ShouldContain("swiotlb_release_slots");
        }
    }

    [Fact]
    public void The_traces_in_the_page_are_the_files_that_its_commands_run()
    {
        var files = Directory.GetFiles(Path.Combine(DocPage.Root, "docs", "traces"))
            .Select(File.ReadAllText).Order(StringComparer.Ordinal);
        Traces.Select(block => block.Text).Order(StringComparer.Ordinal).ShouldBe(files);
    }
}

/// <summary>Finds the block below a heading.</summary>
internal static class DocBlockSelection
{
    public static DocBlock ShouldHaveSingleItem(this IEnumerable<DocBlock> blocks, string heading)
    {
        var found = blocks.Where(block => block.Heading == heading).ToList();
        found.Count.ShouldBe(1, $"traces below \"{heading}\"");
        return found[0];
    }
}
