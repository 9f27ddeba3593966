// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Coverage;

/// <summary>What counters do not say follows from those that there are.</summary>
public sealed class CoverageFlowTests
{
    [Fact]
    public void Both_sides_of_a_condition_follow_from_one_of_them()
    {
        // 0 entry, 1 exit; 2 goes to 3 or 4, both to 5.
        CoveredFunction function = Function(
            6,
            new CoverageArc(0, 2, true, false),
            new CoverageArc(2, 3, true, false),
            new CoverageArc(2, 4, false, false),
            new CoverageArc(3, 5, false, false),
            new CoverageArc(4, 5, false, false),
            new CoverageArc(5, 1, false, false));
        function.Counters.ShouldBe(2);
        function.Solve([10, 3]).ShouldBe([10UL, 3, 7, 3, 7, 10]);
    }

    [Fact]
    public void A_loop_runs_as_often_as_it_is_entered_again()
    {
        CoveredFunction function = Function(
            4,
            new CoverageArc(0, 2, true, false),
            new CoverageArc(2, 2, true, false),
            new CoverageArc(2, 3, false, false),
            new CoverageArc(3, 1, false, false));
        function.Solve([2, 50]).ShouldBe([2UL, 50, 2, 2]);
    }

    [Fact]
    public void What_was_left_by_a_crash_counts_for_nothing_negative()
    {
        CoveredFunction function = Function(
            4,
            new CoverageArc(0, 2, false, false),
            new CoverageArc(2, 3, true, false),
            new CoverageArc(2, 1, true, true),
            new CoverageArc(3, 1, false, false));
        function.Solve([0, 5]).ShouldBe([5UL, 0, 5, 0]);
    }

    private static CoveredFunction Function(int blocks, params CoverageArc[] arcs) =>
        new("f", "a.c", 1, 9, blocks, arcs, []);
}
