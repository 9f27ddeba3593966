// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings.Formats;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Findings;

/// <summary>Long traces are shown by their ends.</summary>
public sealed class TraceExcerptTests
{
    private const string Header = "dmadiff-trace 1\nmachine memory=1G cpus=1\n";

    [Fact]
    public void A_trace_of_sixty_lines_is_shown_as_it_is()
    {
        var trace = TraceParser.Parse(Header + Times(58));

        var excerpt = TraceExcerpt.Of(trace);

        excerpt.IsWhole.ShouldBeTrue();
        excerpt.Lines.Count.ShouldBe(60);
    }

    [Fact]
    public void Of_a_longer_one_a_comment_counts_what_is_left_out()
    {
        var trace = TraceParser.Parse(Header + Times(100));

        var excerpt = TraceExcerpt.Of(trace);

        excerpt.IsWhole.ShouldBeFalse();
        excerpt.Lines[0].ShouldBe("dmadiff-trace 1");
        excerpt.Lines[24].ShouldBe("# [66 lines are left out here; the trace's file has them]");
        excerpt.Lines[^1].ShouldBe("time 100");
        excerpt.Lines.Count.ShouldBe(24 + 1 + 12);
    }

    private static string Times(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $"time {i}\n"));
}
