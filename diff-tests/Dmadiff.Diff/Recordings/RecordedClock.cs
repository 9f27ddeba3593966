// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>
/// When the recorded kernel's timer ticked. A lazy IOMMU frees what was unmapped when a timer
/// of 10 ms runs, and timers run at ticks: which IOVA is free at an event depends on them. The
/// text tells neither how many there are nor when.
/// </summary>
/// <param name="TicksPerSecond">CONFIG_HZ of the recorded kernel.</param>
/// <param name="PhaseNanoseconds">When they come: this long after each multiple of a tick, on
/// the clock of the recording.</param>
public sealed record RecordedClock(int TicksPerSecond, ulong PhaseNanoseconds)
{
    private const ulong Second = 1_000_000_000;

    /// <summary>Milliseconds of the timer that frees what waits in a flush queue.</summary>
    private const int FlushTimer = 10;

    private const int HarnessRate = 1000;

    /// <summary>The rates that a kernel can be configured to have, those first that
    /// distributions take.</summary>
    public static IReadOnlyList<int> Rates { get; } = [250, 1000, 100, 300];

    /// <summary>What is taken when nothing is known: the harness's own ticks, from the first
    /// event on.</summary>
    public static RecordedClock From(ulong firstTime) =>
        new(HarnessRate, firstTime % (Second / HarnessRate));

    /// <summary>Nanoseconds from one to the next.</summary>
    public ulong TickNanoseconds => Second / (ulong)TicksPerSecond;

    /// <summary>
    /// Milliseconds that a tick is replayed as. The harness ticks once a millisecond, so that
    /// its timer runs after ten. The recorded kernel counts 10 ms in ticks of its own, rounded
    /// up, and its timer wheel adds one, so as never to be early: each tick is as much as lets
    /// both run at the same one.
    /// </summary>
    public ulong MillisecondsPerTick
    {
        get
        {
            var wait = ((FlushTimer * TicksPerSecond) + 999) / 1000;
            return TicksPerSecond == HarnessRate ? 1 : (ulong)((FlushTimer + wait) / (wait + 1));
        }
    }

    /// <summary>Ticks up to a time of the recording, in nanoseconds.</summary>
    public ulong TicksAt(ulong time) => (time + TickNanoseconds - PhaseNanoseconds) / TickNanoseconds;
}
