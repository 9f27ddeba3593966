// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Running;

/// <summary>What an engine did with a trace, to be compared with any number of others. It has
/// the results and the log, and no state to look into.</summary>
public sealed class RecordedEngine : IEngine
{
    private readonly AbiResult[] _boot;
    private readonly AbiResult[] _ops;
    private readonly string[] _log;
    private readonly CrashReport? _crash;

    private RecordedEngine(string name, EngineRun run)
    {
        Name = name;
        _boot = run.Boot.ToArray();
        _ops = run.Ops.ToArray();
        _log = [.. run.Engine.ReadLog(0)];
        _crash = run.Crash();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Runs a trace and keeps what comes of it.</summary>
    /// <param name="engine">Runs it; stays the caller's to dispose.</param>
    /// <param name="trace">The trace.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public static RecordedEngine Record(IEngine engine, LoweredTrace trace)
    {
        var run = new EngineRun(engine);
        run.Execute(trace);
        return new RecordedEngine(engine.Name, run);
    }

    /// <summary>Whether another run came to the same results, to the byte.</summary>
    public bool Agrees(EngineRun run) => Same(_boot, run.Boot) && Same(_ops, run.Ops);

    /// <summary>The recording as the run that it was.</summary>
    /// <param name="trace">What was run.</param>
    public EngineRun AsRun(LoweredTrace trace)
    {
        var run = new EngineRun(this);
        run.Execute(trace);
        return run;
    }

    /// <inheritdoc/>
    public void Boot(Setup setup, Span<AbiResult> results) => _boot.CopyTo(results);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results) =>
        _ops.AsSpan(0, ops.Length).CopyTo(results);

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadLog(int firstLine) => [.. _log.Skip(firstLine)];

    /// <inheritdoc/>
    public CrashReport? ReadCrash() => _crash;

    /// <inheritdoc/>
    public AbiPoolState? ReadPool(int pool) => null;

    /// <inheritdoc/>
    public AbiAreaState[] ReadAreas(int pool) => [];

    /// <inheritdoc/>
    public AbiSlotState[] ReadSlots(int pool, long first, int count) => [];

    /// <inheritdoc/>
    public AbiIovaDomainState? ReadIovaDomain(int domain) => null;

    /// <inheritdoc/>
    public AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count) => [];

    /// <inheritdoc/>
    public AbiIovaMagazineState[] ReadIovaMagazines(int domain) => [];

    /// <inheritdoc/>
    public int ReadMemory(ulong address, Span<byte> bytes) => 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }

    private static bool Same(ReadOnlySpan<AbiResult> left, ReadOnlySpan<AbiResult> right) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(left).SequenceEqual(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(right));
}
