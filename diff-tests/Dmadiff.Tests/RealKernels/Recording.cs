// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Shouldly;

namespace Dmadiff.Tests.RealKernels;

/// <summary>All that a run left behind, to compare with another run's.</summary>
internal sealed record Recording(string Results, string Log, string Slots, CrashReport? Crash)
{
    /// <summary>Runs a trace and takes everything down.</summary>
    public static Recording Of(IEngine engine, LoweredTrace trace)
    {
        var run = new EngineRun(engine);
        run.Execute(trace);
        return Take(engine, run.Boot, run.Ops);
    }

    /// <summary>Takes down what an engine did.</summary>
    public static Recording Take(
        IEngine engine, ReadOnlySpan<AbiResult> boot, ReadOnlySpan<AbiResult> ops)
    {
        string results = Hex(boot) + Hex(ops);
        int slots = (int)(engine.ReadPool(0)?.Nslabs ?? 0);
        return new Recording(
            results,
            string.Join('\n', engine.ReadLog(0)),
            Hex<AbiSlotState>(engine.ReadSlots(0, 0, slots)),
            engine.ReadCrash());
    }

    /// <summary>Fails unless two runs are the same to the byte.</summary>
    public void ShouldEqual(Recording other, string of)
    {
        Log.ShouldBe(other.Log, of);
        Crash.ShouldBe(other.Crash, of);
        (Results == other.Results).ShouldBeTrue($"{of}: results");
        (Slots == other.Slots).ShouldBeTrue($"{of}: slots");
    }

    private static string Hex<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Convert.ToHexString(MemoryMarshal.AsBytes(values));
}
