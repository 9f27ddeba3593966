// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Running;

/// <summary>A pool as it stands.</summary>
/// <param name="Name">"default", or its name in the trace.</param>
/// <param name="State">Its figures.</param>
/// <param name="Areas">Its areas, in order.</param>
/// <param name="Slots">Its slots, in order.</param>
public sealed record PoolSnapshot(
    string Name,
    AbiPoolState State,
    ValueList<AbiAreaState> Areas,
    ValueList<AbiSlotState> Slots);

/// <summary>An IOVA domain as it stands.</summary>
/// <param name="Number">The engines' number of it.</param>
/// <param name="State">Its figures.</param>
/// <param name="Nodes">The ranges in its tree, in order.</param>
/// <param name="Magazines">Its magazines that are not empty.</param>
public sealed record DomainSnapshot(
    int Number,
    AbiIovaDomainState State,
    ValueList<AbiIovaNodeState> Nodes,
    ValueList<AbiIovaMagazineState> Magazines);

/// <summary>A machine as it stands: its pools, and how it died.</summary>
/// <param name="EngineName">Whose machine it is.</param>
/// <param name="Pools">The pools that exist.</param>
/// <param name="Log">What the step in question logged.</param>
/// <param name="Crash">How the machine died, or null.</param>
public sealed record MachineSnapshot(
    string EngineName,
    ValueList<PoolSnapshot> Pools,
    ValueList<string> Log,
    CrashReport? Crash)
{
    private const int MaxDomains = 16;

    /// <summary>The IOVA domains that exist.</summary>
    public ValueList<DomainSnapshot> Domains { get; init; } = [];

    /// <summary>Reads the state of a machine that has just run.</summary>
    /// <param name="trace">What it ran.</param>
    /// <param name="run">The run.</param>
    /// <param name="step">The step whose log is of interest, over boot steps and ops.</param>
    public static MachineSnapshot Take(LoweredTrace trace, EngineRun run, int step)
    {
        var pools = new List<PoolSnapshot>();
        for (var i = 0; i <= trace.Trace.Pools.Count || run.Engine.ReadPool(i) is not null; i++)
        {
            if (run.Engine.ReadPool(i) is { } state)
            {
                pools.Add(new PoolSnapshot(
                    NameOf(trace.Trace, i, state),
                    state,
                    ValueList.From(run.Engine.ReadAreas(i)),
                    ValueList.From(run.Engine.ReadSlots(i, 0, checked((int)state.Nslabs)))));
            }
        }

        return new MachineSnapshot(
            run.Engine.Name,
            ValueList.From(pools),
            ValueList.From(run.LogOf(step)),
            run.Crash())
        {
            Domains = ValueList.From(Enumerable.Range(0, MaxDomains)
                .Select(number => TakeDomain(run.Engine, number)).OfType<DomainSnapshot>()),
        };
    }

    private static DomainSnapshot? TakeDomain(IEngine engine, int number) =>
        engine.ReadIovaDomain(number) is { } state
            ? new DomainSnapshot(
                number,
                state,
                ValueList.From(engine.ReadIovaNodes(number, 0, checked((int)state.Nodes))),
                ValueList.From(engine.ReadIovaMagazines(number)))
            : null;

    // What came after boot has no name of its own: "default+1", "d0's own".
    private static string NameOf(Trace trace, int number, in AbiPoolState state)
    {
        string Declared(int i) => i == 0 ? Operation.DefaultPool : trace.Pools[i - 1].Name;
        return number <= trace.Pools.Count ? Declared(number)
            : state.Device == AbiConstants.None
                ? $"{Declared((int)state.Owner)}+{number - trace.Pools.Count}"
                : $"{trace.Devices[(int)state.Device].Name}'s own";
    }
}
