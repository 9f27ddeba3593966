// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Replays;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Recordings;

/// <summary>Ticks of a recorded machine, and how the best guess at them is chosen.</summary>
public sealed class RecordedClockTests
{
    [Theory]
    [InlineData(1000, 0, 5_999_999, 6)]
    [InlineData(250, 0, 7_999_999, 2)]
    [InlineData(250, 0, 8_000_000, 3)]
    [InlineData(250, 1_600_000, 9_599_999, 2)]
    [InlineData(250, 1_600_000, 9_600_000, 3)]
    public void A_tick_counts_from_its_phase_on(int rate, ulong phase, ulong time, ulong ticks) =>
        new RecordedClock(rate, phase).TicksAt(time).ShouldBe(ticks);

    // Ten milliseconds in the kernel's ticks, rounded up, and one more.
    [Theory]
    [InlineData(250, 4)]
    [InlineData(100, 2)]
    [InlineData(300, 4)]
    public void The_flush_timer_runs_at_the_tick_at_which_the_recorded_one_does(int rate, ulong at)
    {
        var each = new RecordedClock(rate, 0).MillisecondsPerTick;
        (each * at).ShouldBeGreaterThanOrEqualTo(10UL);
        (each * (at - 1)).ShouldBeLessThan(10UL);
    }

    [Theory]
    [InlineData("1 2 3 3 3 2", 3)]
    [InlineData("3 1 3 3 1 3", 2)]
    [InlineData("1 1 1 1 5", 4)]
    [InlineData("4 4", 0)]
    public void Of_equally_good_phases_the_middle_of_the_longest_row_is_taken(
        string agreed, int middle) =>
        ClockSearch.MiddleOfBest([.. agreed.Split(' ').Select(long.Parse)]).ShouldBe(middle);
}
