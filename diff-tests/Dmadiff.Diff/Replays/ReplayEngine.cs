// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;

namespace Dmadiff.Diff.Replays;

/// <summary>One engine in a replay, and what is known of it so far.</summary>
public sealed class ReplayEngine
{
    private readonly Stopwatch _clock = new();
    private uint _bootLines;

    /// <summary>Sets it up; the engine stays the caller's to dispose.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="isKernel">It is a kernel's own C, and no reference.</param>
    /// <param name="recordedPool">The start of the recorded pool.</param>
    public ReplayEngine(IEngine engine, bool isKernel, ulong recordedPool)
    {
        Engine = engine;
        IsKernel = isKernel;
        Addresses = new AddressTally(recordedPool);
    }

    /// <summary>The engine.</summary>
    public IEngine Engine { get; }

    /// <summary>It is a kernel's own C, and no reference.</summary>
    public bool IsKernel { get; }

    /// <summary>Its addresses against the recorded ones.</summary>
    public AddressTally Addresses { get; }

    /// <summary>Its pool over time.</summary>
    public PoolTimeline Timeline { get; } = new();

    /// <summary>What it flushed of its IOTLB.</summary>
    public FlushTally Iotlb { get; } = new();

    /// <summary>Time spent in the engine.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>How its machine died, or null.</summary>
    public CrashReport? Crash { get; private set; }

    /// <summary>The operation that it died of.</summary>
    public ReplayStep CrashStep { get; private set; }

    internal AbiResult[] Results { get; private set; } = [];

    internal void Boot(Setup setup)
    {
        var results = new AbiResult[setup.StepCount];
        Engine.Boot(setup, results);
        _bootLines = results[^1].LogLines;
        if (Array.Exists(results, r => r.Status == AbiStatus.Crash))
        {
            Crash = Engine.ReadCrash();
        }

        Addresses.Boot(Engine);
        Timeline.Boot(Engine);
        Iotlb.Boot(setup);
    }

    internal void End() => Iotlb.End(Engine);

    internal void Run(AbiOp[] ops, int count)
    {
        if (Results.Length < ops.Length)
        {
            Results = new AbiResult[ops.Length];
        }

        _clock.Start();
        Engine.Run(ops.AsSpan(0, count), Results.AsSpan(0, count));
        _clock.Stop();

        // What a kernel says while it boots is none of a replay's business.
        foreach (ref var result in Results.AsSpan(0, count))
        {
            result.LogLines -= _bootLines;
        }
    }

    internal void Judge(List<ReplayStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            Addresses.Take(steps[i], Results[i]);
            Timeline.Take(steps[i], Results[i]);
            Iotlb.Take(steps[i], Results[i]);
            if (Crash is null && Results[i].Status == AbiStatus.Crash)
            {
                Crash = Engine.ReadCrash();
                CrashStep = steps[i];
            }
        }
    }
}
