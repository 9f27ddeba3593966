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

    [Fact]
    public void A_long_line_is_broken_and_reads_the_same()
    {
        string entries = string.Join(' ', Enumerable.Range(0, 30).Select(i => $"b0+{i * 64}:8"));
        var trace = TraceParser.Parse(
            Header + $"buffer b0 size=16K\nsglist s0 {entries}\ntime 5\n");

        var lines = TraceExcerpt.Of(trace).Lines;

        lines.ShouldAllBe(line => line.Length <= 71);
        lines.Count.ShouldBeGreaterThan(6);
        TracePrinter.Print(TraceParser.Parse(string.Join('\n', lines)))
            .ShouldBe(TracePrinter.Print(trace));
    }

    [Fact]
    public void A_mistake_on_a_continued_line_is_told_where_it_stands()
    {
        var error = Should.Throw<TraceException>(() => TraceParser.Parse(
            Header + "time 1\ntime \\\n  zz\n"));

        error.Diagnostics.Select(d => (d.Line, d.Column)).ShouldBe([(5, 3)]);
    }

    private static string Times(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $"time {i}\n"));
}
