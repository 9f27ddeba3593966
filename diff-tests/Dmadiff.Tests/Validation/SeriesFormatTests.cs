// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;
using Dmadiff.Tests.Findings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>Reports that begin with a verdict and a table.</summary>
public class SeriesFormatTests
{
    private static readonly FindingsReport Report = SampleReport.Make() with
    {
        Verdict = "2 patches on <base>: patch 2 is broken",
        Table = new ReportTable(
            ["patch", "result", "subject"],
            [
                ["1/2", "no change", "swiotlb: " + new string('x', 90)],
                ["2/2", "1 crash", "a | b"],
            ]),
    };

    [Fact]
    public void Text_begins_with_the_verdict_and_cuts_long_subjects()
    {
        string[] lines = FindingsFormat.Text.Render(Report).Split('\n');
        lines[0].ShouldBe(Report.Verdict);
        lines[2].ShouldBe("patch  result     subject");
        lines[3].Length.ShouldBe(75);
        lines[3].ShouldEndWith("x...");
        lines[4].ShouldBe("2/2    1 crash    a | b");
    }

    [Fact]
    public void Text_tells_the_worst_first_whatever_it_was_found_in()
    {
        Finding note = SampleReport.Crash(3) with
        {
            Rule = FindingRule.Untested,
            Text = "a note\n",
        };
        string text = FindingsFormat.Text.Render(Report with
        {
            Checks = [new Check("patch 1", [note]), .. Report.Checks],
        });
        text.IndexOf("a note", StringComparison.Ordinal).ShouldBeGreaterThan(
            text.IndexOf("main crashes: BUG", StringComparison.Ordinal));
    }

    [Fact]
    public void Html_escapes_all_that_comes_from_elsewhere_and_needs_no_other_file()
    {
        string html = Render("html");
        html.ShouldContain("2 patches on &lt;base&gt;");
        html.ShouldContain("BUG in swiotlb_bounce # 1");
        html.ShouldNotContain("<base>");
        html.ShouldNotContain("src=");
        html.ShouldNotContain("href=");
    }

    [Fact]
    public void Markdown_keeps_a_bar_in_its_cell() => Render("md").ShouldContain("| a \\| b |");

    [Fact]
    public void Json_has_a_row_by_its_headings() =>
        Render("json").ShouldContain("\"subject\": \"a | b\"");

    private static string Render(string format) =>
        FindingsFormat.All.Single(f => f.Name == format).Render(Report);
}
