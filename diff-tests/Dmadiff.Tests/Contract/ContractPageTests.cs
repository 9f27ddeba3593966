// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.Docs;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>docs/contract.md: what it shows is so, and no defect is left out of it.</summary>
public class ContractPageTests
{
    private static readonly List<DocBlock> Traces =
    [
        .. DocPage.Get("docs/contract.md").Blocks.Where(block => block.Language == "trace"),
    ];

    public static IEnumerable<object[]> Headings =>
        Traces.Select(block => new object[] { block.Heading });

    [Theory]
    [MemberData(nameof(Headings))]
    public void A_defect_of_the_older_kernel_is_shown_by_its_trace(string heading)
    {
        var block = Traces.Single(b => b.Heading == heading);
        using var older = new PortEngine(SwiotlbProfile.V6_1);
        using var newer = new PortEngine(SwiotlbProfile.V6_12);

        Judged.Findings(older, block.Text).ShouldContain(heading.Replace(":", ""));
        Judged.Findings(newer, block.Text).ShouldBeEmpty();
    }

    [Fact]
    public void The_traces_in_the_page_are_the_files_that_its_commands_run() =>
        Traces.Select(block => block.Text).Order(StringComparer.Ordinal).ShouldBe(
            Directory.GetFiles(Path.Combine(DocPage.Root, "docs", "traces", "contract"))
                .Select(File.ReadAllText).Order(StringComparer.Ordinal));
}
