// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;

namespace Dmadiff.Diff.Replays;

/// <summary>
/// Finds out when a recorded kernel's timer ticked, by replaying with every rate and twenty
/// phases of each: the one under which most addresses are the recorded ones is taken.
/// </summary>
public static class ClockSearch
{
    /// <summary>Phases of a tick that are tried.</summary>
    public const int Phases = 20;

    private const int MostSteps = 5_000;

    /// <summary>Whether the times of timers can be seen in a recording's addresses.</summary>
    public static bool IsOfUse(Recording recording) =>
        recording.Devices.Any(d => d.Iommu == AbiIommuMode.Lazy);

    /// <summary>Looks for it.</summary>
    /// <param name="engine">Replays; it is booted over and over.</param>
    /// <param name="setup">The machine.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="step">Called before each replay; may throw to end it.</param>
    /// <returns>The best; the one that the recording has when none is better.</returns>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public static RecordedClock Find(
        IEngine engine, Setup setup, Recording recording, Action step)
    {
        var best = recording.Clock;
        var most = Agreed(engine, setup, recording, best);
        foreach (var rate in RecordedClock.Rates)
        {
            var clocks = Enumerable.Range(0, Phases)
                .Select(i => PhaseOf(new RecordedClock(rate, 0), i))
                .ToList();
            var agreed = new long[Phases];
            for (var i = 0; i < Phases; i++)
            {
                step();
                agreed[i] = Agreed(engine, setup, recording, clocks[i]);
            }

            if (agreed.Max() > most)
            {
                most = agreed.Max();
                best = clocks[MiddleOfBest(agreed)];
            }
        }

        return best;
    }

    /// <summary>The middle of the longest row of phases that are equally good: the ends of it
    /// are where an event and a tick change places.</summary>
    public static int MiddleOfBest(long[] agreed)
    {
        var best = agreed.Max();
        var (start, length) = (0, 0);
        for (var i = 0; i < agreed.Length; i++)
        {
            var end = i;
            while (end < agreed.Length && agreed[end] == best)
            {
                end++;
            }

            if (end - i > length)
            {
                (start, length) = (i, end - i);
            }
        }

        return start + ((length - 1) / 2);
    }

    private static RecordedClock PhaseOf(RecordedClock clock, int phase) =>
        clock with { PhaseNanoseconds = clock.TickNanoseconds * (ulong)phase / Phases };

    private static long Agreed(
        IEngine engine, Setup setup, Recording recording, RecordedClock clock)
    {
        var replay = new ReplayEngine(engine, true, recording.Pool?.Base ?? 0);
        using var steps = new FirstSteps(recording.With(clock).ReadSteps());
        new ReplayRun([replay], []).Run(setup, steps, (_, _) => 0, null);
        return replay.Addresses.Agreed;
    }

    private sealed class FirstSteps(RecordingSteps steps) : IStepSource
    {
        private int _count;

        public bool Next(out ReplayStep step)
        {
            step = default;
            return _count++ < MostSteps && steps.Next(out step);
        }

        public void Dispose() => steps.Dispose();
    }
}
