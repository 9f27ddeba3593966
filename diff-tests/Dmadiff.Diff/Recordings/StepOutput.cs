// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>Takes operations, and puts in front of them the CPU and the time that they happened
/// at.</summary>
/// <param name="cpus">CPUs of the machine.</param>
/// <param name="clock">When its timer ticked.</param>
internal sealed class StepOutput(ulong cpus, RecordedClock clock)
{
    private const ulong LongestTime = 1_000_000_000;
    private ulong? _ticks;

    /// <summary>Steps that nobody has taken yet.</summary>
    public Queue<ReplayStep> Ready { get; } = new();

    /// <summary>Operations by kind.</summary>
    public RecordingTally Operations { get; } = new();

    /// <summary>What did not become an operation, by reason.</summary>
    public RecordingTally Dropped { get; } = new();

    /// <summary>The CPU that the machine is on.</summary>
    public int Cpu { get; set; }

    /// <summary>Adds an operation.</summary>
    /// <param name="happened">The event that it comes from.</param>
    /// <param name="op">The operation.</param>
    /// <param name="check">What is to be compared.</param>
    /// <param name="recorded">With what.</param>
    public void Emit(RecordedEvent happened, AbiOp op, AddressCheck check, ulong recorded)
    {
        var ticks = clock.TicksAt(happened.Time);
        if (ticks > (_ticks ??= ticks))
        {
            var milliseconds = (ticks - _ticks.Value) * clock.MillisecondsPerTick;
            _ticks = ticks;
            Enqueue(happened, AbiOpKind.Time, Math.Min(milliseconds, LongestTime));
        }

        if (happened.Cpu != Cpu && (ulong)happened.Cpu < cpus)
        {
            Cpu = happened.Cpu;
            Enqueue(happened, AbiOpKind.Cpu, (ulong)Cpu);
        }

        Operations.Add(WordOf(op.Kind));
        Ready.Enqueue(new ReplayStep(op, check, recorded, happened.Line, happened.Time));
    }

    private static string WordOf(AbiOpKind kind) => kind switch
    {
        AbiOpKind.Map => "map",
        AbiOpKind.Unmap => "unmap",
        AbiOpKind.SyncForCpu => "sync_forCpu",
        AbiOpKind.SyncForDevice => "sync_for_device",
        AbiOpKind.SgEntry => "sg_entry",
        AbiOpKind.MapSg => "map_sg",
        AbiOpKind.SgAddress => "sg_address",
        _ => "unmap_sg",
    };

    private void Enqueue(RecordedEvent happened, AbiOpKind kind, ulong number)
    {
        Operations.Add(kind == AbiOpKind.Cpu ? "cpu" : "time");
        Ready.Enqueue(new ReplayStep(
            new AbiOp { Kind = kind, Arg = number },
            AddressCheck.None,
            0,
            happened.Line,
            happened.Time));
    }
}
